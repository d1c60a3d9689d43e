// One value of the cluster, drawn by its column's type: the same in lists and in details.
import type { ReactNode } from 'react';
import type { Cell, CellType, Entry } from '../api/types';
import { cellText, isEntries, isLinkedRef, isLinkedRefs, isRatio, isStatusCell, isStrings, pairs, safeUrl } from '../lib/cells';
import { formatCount, unknown } from '../lib/number';
import { formatAbsolute, formatDuration } from '../lib/time';
import { isStatus, byRank, messageOf } from '../status/status';
import { Status, StatusIcon } from '../status/Status';
import { Linked } from './ObjectLink';
import { PathText } from './Name';
import { Revision } from './Revision';
import { Time } from './Time';
import classes from './CellView.module.css';

interface CellProps {
  readonly type: CellType;
  readonly cell: Cell | undefined;
  /** In a list: one line, cut at the end, links outside the tab order (the row is the stop). */
  readonly line?: boolean;
}

function Tally({ cell }: { readonly cell: Cell }) {
  const counts = new Map(pairs(cell));
  const present = byRank.filter((status) => (counts.get(status) ?? 0) !== 0);
  const others = [...counts].filter(([word]) => !isStatus(word));
  if (present.length + others.length === 0) return <span className="dim">{unknown}</span>;
  return (
    <span className={classes['tally']}>
      {present.map((status) => (
        <span key={status} className={classes['count']} data-tip={status}>
          <StatusIcon status={status} label />
          {counts.get(status)}
        </span>
      ))}
      {others.map(([word, count]) => (
        <span key={word}>{`${word} ${count}`}</span>
      ))}
    </span>
  );
}

function Labels({ cell, line }: { readonly cell: Cell; readonly line: boolean }) {
  const list = isStrings(cell) ? cell : pairs(cell).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  if (list.length === 0) return <span className="dim">none</span>;
  return (
    <span className={line ? classes['labelsLine'] : classes['labels']} data-tip-cut={line ? list.join('\n') : undefined}>
      {list.map((label) => (
        <span key={label} className={classes['label']}>
          {label}
        </span>
      ))}
    </span>
  );
}

function Url({ text, line }: { readonly text: string; readonly line: boolean }) {
  const href = safeUrl(text);
  const style = line ? 'cut' : classes['wrap'];
  const shown = line ? <PathText text={text} /> : text;
  if (href === undefined) return <span className={style}>{shown}</span>;
  return (
    <a className={style} href={href} target="_blank" rel="noopener noreferrer" tabIndex={line ? -1 : undefined}>
      {shown}
    </a>
  );
}

function Flag({ value }: { readonly value: boolean }) {
  return <span className={value ? undefined : 'dim'}>{value ? 'yes' : 'no'}</span>;
}

function textual(type: CellType, text: string, line: boolean): ReactNode {
  if (text === '') return <span className="dim">{unknown}</span>;
  if (type === 'revision') return <Revision revision={text} />;
  if (type === 'url') return <Url text={text} line={line} />;
  if (type === 'mono' && line) return <span className="mono cut"><PathText text={text} /></span>;
  const style = [type === 'mono' ? 'mono' : '', line ? 'cut' : (classes['wrap'] ?? '')].join(' ');
  return (
    <span className={style} data-tip-cut={line ? text : undefined}>
      {text}
    </span>
  );
}

function Message({ text }: { readonly text: string }) {
  if (text === '') return null;
  return <span className="cut" data-tip-cut={text}>{text}</span>;
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ol className={classes['entries']}>
      {entries.map(({ text, at }) => (
        <li key={`${text} ${String(at)}`}>
          {text} {at === undefined ? null : <span className={classes['moment']}><Time at={at} /></span>}
        </li>
      ))}
    </ol>
  );
}

function Moment({ at }: { readonly at: number }) {
  return (
    <span>
      <Time at={at} /> <span className={classes['moment']}>{formatAbsolute(at).split(' · ')[0]}</span>
    </span>
  );
}

function numeric(type: CellType, value: number, line: boolean): ReactNode {
  if (type === 'time') return line || value === 0 ? <Time at={value} /> : <Moment at={value} />;
  if (type === 'duration') return <span>{formatDuration(value)}</span>;
  return <span>{formatCount(value)}</span>;
}

export function CellView({ type, cell, line = false }: CellProps): ReactNode {
  if (cell === null || cell === undefined) return <span className="dim">{unknown}</span>;
  if (typeof cell === 'number') return numeric(type, cell, line);
  if (typeof cell === 'string') return textual(type, cell, line);
  if (typeof cell === 'boolean') return <Flag value={cell} />;
  const focus = line ? { tabIndex: -1 } : {};
  if (type === 'message') return <Message text={messageOf(cell)} />;
  if (type === 'status' && isStatusCell(cell)) return <Status cell={cell} />;
  if (type === 'ratio' && isRatio(cell)) {
    return <span className={cell.have < cell.want ? classes['short'] : undefined}>{`${cell.have}/${cell.want}`}</span>;
  }
  if (isLinkedRef(cell)) return <Linked linked={cell} kind={!line || cell.ref.kind !== ''} {...focus} />;
  if (isEntries(cell)) return <Entries entries={cell} />;
  if (type === 'tally') return <Tally cell={cell} />;
  if (type === 'refs' && isLinkedRefs(cell)) {
    if (cell.length === 0) return <span className="dim">none</span>;
    return (
      <span className={line ? classes['refsLine'] : classes['refs']} data-tip-cut={line ? cellText(type, cell) : undefined}>
        {cell.map((linked) => (
          <Linked key={`${linked.ref.kind}/${linked.ref.namespace}/${linked.ref.name}/${linked.relation ?? ''}`} linked={linked} {...focus} />
        ))}
      </span>
    );
  }
  return <Labels cell={cell} line={line} />;
}
