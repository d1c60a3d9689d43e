// One cause, one line: its state, what it is, what it says, how many wait on it, since when; below, what changed just
// before. Who waits is folded away.
import { memo, useState } from 'react';
import type { Cause, Change } from '../../api/types';
import { sameJson } from '../../lib/equal';
import { displayName, refKey } from '../../lib/name';
import { formatCount } from '../../lib/number';
import { formatDuration } from '../../lib/time';
import { Status } from '../../status/Status';
import controls from '../controls.module.css';
import { Icon } from '../icons';
import { Linked, ObjectLink } from '../ObjectLink';
import { Revision } from '../Revision';
import { Time } from '../Time';
import { usePhone } from '../useMedia';
import classes from './Summary.module.css';

/** The link in front says the name already. */
function withoutName(text: string, ref: Change['ref']): string {
  if (ref === undefined) return text;
  const name = `${ref.kind} ${displayName(ref.namespace, ref.name)} `;
  return text.startsWith(name) ? text.slice(name.length) : text;
}

function Before({ change }: { readonly change: Change }) {
  const { at, text, revision, subject, ref, beforeMs } = change;
  return (
    <p className={classes['before']}>
      <span className="dim">before it:</span>
      {ref === undefined ? null : (
        <>
          <span className="dim">{ref.kind}</span> <ObjectLink target={ref} />
        </>
      )}
      <span>{withoutName(text, ref)}</span>
      {revision === undefined ? null : <Revision revision={revision} />}
      {subject === undefined ? null : <span className={classes['subject']}>“{subject}”</span>}
      <span className="dim">{beforeMs === undefined ? <Time at={at} as="ago" /> : `${formatDuration(beforeMs)} earlier`}</span>
    </p>
  );
}

function Waiting({ cause }: { readonly cause: Cause }) {
  const rest = cause.waiting - cause.waitingObjects.length;
  return (
    <ul className={classes['waiting']}>
      {cause.waitingObjects.map((linked) => (
        <li key={refKey(linked.ref)} data-stop>
          <Linked linked={linked} />
        </li>
      ))}
      {rest > 0 ? <li className="dim">and {formatCount(rest)} more</li> : null}
    </ul>
  );
}

interface CauseRowProps {
  readonly cause: Cause;
  readonly gone: boolean;
}

/** Drawn anew only when it says something else: in a storm Home comes anew five times a second, with hundreds of rows. */
export const CauseRow = memo(function CauseRow({ cause, gone }: CauseRowProps) {
  const [open, setOpen] = useState(false);
  const phone = usePhone();
  const { ref, status, waiting, before } = cause;
  const message = status.message ?? status.reason ?? '';
  const wait =
    waiting === 0 ? (
      <span className={classes['alone']}>0 wait</span>
    ) : (
      <button type="button" className={classes['wait']} aria-expanded={open} onClick={() => { setOpen(!open); }}>
        <Icon name={open ? 'down' : 'right'} size={12} />
        {formatCount(waiting)} wait
      </button>
    );
  const since = (
    <span className={classes['since']}>
      <Time at={status.since} exact={status.sinceExact ?? true} as="age" />
    </span>
  );
  const name = (
    <span className={classes['causeName']} data-stop>
      <span className="dim">{ref.kind}</span> <ObjectLink target={ref} />
      {gone ? <span className={controls['badge']}>gone</span> : null}
    </span>
  );
  return (
    <li className={classes['cause']} data-gone={gone}>
      {phone ? (
        <div className={classes['causePhone']}>
          <div>
            <Status cell={status} short />
            <span className={classes['space']} />
            {wait}
            {since}
          </div>
          {name}
          <p className={classes['messagePhone']}>{message}</p>
        </div>
      ) : (
        <div className={classes['causeLine']}>
          <Status cell={status} />
          {name}
          <span className={classes['message']} data-tip-cut={message}>
            {message}
          </span>
          {wait}
          {since}
        </div>
      )}
      {before === undefined ? null : <Before change={before} />}
      {open ? <Waiting cause={cause} /> : null}
    </li>
  );
}, sameJson);
