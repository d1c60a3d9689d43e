// Icon and word: the only component that draws a status.
import type { StatusCell, StatusName } from '../api/types';
import { badges, statuses } from './status';
import { statusShapes } from './icons';
import classes from './Status.module.css';

export function StatusIcon({ status, label }: { readonly status: StatusName; readonly label?: boolean }) {
  return (
    <svg className={classes['icon']} data-family={statuses[status].family} viewBox="0 0 16 16" width="16" height="16" {...(label === true ? { role: 'img', 'aria-label': status } : { 'aria-hidden': true })}>
      {statusShapes[status]}
    </svg>
  );
}

interface StatusProps {
  readonly cell: Pick<StatusCell, 'status' | 'word' | 'badges' | 'message' | 'reason'>;
  /** Without the kind's own word and the badges, where there is no room. */
  readonly short?: boolean;
}

export function Status({ cell, short = false }: StatusProps) {
  const look = statuses[cell.status];
  const tip = [cell.word === cell.status ? '' : cell.word, cell.reason, cell.message].filter(Boolean).join(': ');
  return (
    <span className={classes['status']} data-family={look.family} data-tip={tip === '' ? look.explanation : tip}>
      <StatusIcon status={cell.status} />
      <span className={classes['word']} data-word={look.word}>
        {cell.status}
      </span>
      {!short && cell.word !== undefined && cell.word !== '' && cell.word !== cell.status ? <span className={classes['finer']}>{cell.word}</span> : null}
      {short ? null : cell.badges?.map((badge) => (
        <span key={badge} className={classes['badge']} data-tip={badges[badge]}>
          {badge}
        </span>
      ))}
    </span>
  );
}
