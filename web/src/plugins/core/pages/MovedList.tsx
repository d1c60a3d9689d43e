// What changed its state or its revision in the last hour, newest first.
import { memo, useState } from 'react';
import type { Moved } from '../../../api/types';
import type { HeldItem } from '../../../lib/heldItems';
import { sameJson } from '../../../lib/equal';
import { formatCount } from '../../../lib/number';
import { nothingMoved } from '../../../lib/texts';
import { StatusIcon } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { ObjectLink } from '../../../ui/ObjectLink';
import { Revision } from '../../../ui/Revision';
import { Time, useNowText } from '../../../ui/Time';
import classes from '../../../ui/summary/Summary.module.css';

const short = 12;

export function LastChange({ moved }: { readonly moved: Moved }) {
  return (
    <span className={classes['last']} data-stop>
      Last change <Time at={moved.at} as="clock" /> <ObjectLink target={moved.ref} />
      {moved.revision === undefined ? null : <Revision revision={moved.revision} />}
      {moved.subject === undefined ? null : <span className={classes['subject']}>“{moved.subject}”</span>}
    </span>
  );
}

const MovedRow = memo(function MovedRow({ moved }: { readonly moved: Moved }) {
  const { at, ref, status, from, revision, subject, message } = moved;
  return (
    <li className={classes['moved']}>
      <span className={classes['at']}>
        <Time at={at} as="hour" />
      </span>
      <span className={classes['change']} data-tip={from === undefined || from === status ? status : `${from} → ${status}`}>
        <StatusIcon status={status} label />
      </span>
      <span className={classes['movedName']} data-stop>
        <span className="dim">{ref.kind}</span> <ObjectLink target={ref} />
      </span>
      <span className={classes['what']} data-tip-cut={subject ?? message}>
        {revision === undefined ? null : <Revision revision={revision} />}
        <span className="cut">{subject ?? message ?? (from === undefined || from === status ? '' : `${from} → ${status}`)}</span>
      </span>
    </li>
  );
}, sameJson);

interface MovedListProps {
  readonly items: readonly HeldItem<Moved>[];
  readonly total: number;
  readonly since: number;
  readonly waiting: number;
  readonly onApply: () => void;
}

function NothingMoved({ since }: { readonly since: number }) {
  const text = useNowText((now) => nothingMoved(since, now));
  return <p className={classes['none']}>{text}</p>;
}

export function MovedList({ items, total, since, waiting, onApply }: MovedListProps) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, short);
  return (
    <section aria-label="Moved in the last hour">
      <header className={classes['head']}>
        <h2>Moved, last hour</h2>
        <span className={classes['sum']}>{formatCount(total)}</span>
        <span className={classes['space']} />
        {waiting === 0 ? null : (
          <button type="button" className={controls['plain']} onClick={onApply}>
            {formatCount(waiting)} new
          </button>
        )}
      </header>
      {items.length === 0 ? <NothingMoved since={since} /> : null}
      <ul>
        {shown.map(({ item }) => (
          <MovedRow key={`${item.ref.kind}/${item.ref.namespace}/${item.ref.name} ${item.at} ${item.status}`} moved={item} />
        ))}
      </ul>
      {items.length <= short ? null : (
        <button type="button" className={classes['more']} aria-expanded={all} onClick={() => { setAll(!all); }}>
          {all ? 'Show fewer' : `Show ${formatCount(items.length - short)} more`}
        </button>
      )}
    </section>
  );
}
