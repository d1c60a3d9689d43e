// The newest first. "No events" and "events may not be read" are different.
import type { Freshness, KubeEvent } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { partText } from '../../../lib/texts';
import { Icon } from '../../../ui/icons';
import { Notice } from '../../../ui/Notice';
import { Revision } from '../../../ui/Revision';
import { Time, useNowText } from '../../../ui/Time';
import classes from './ObjectPane.module.css';

const newestFirst = (a: KubeEvent, b: KubeEvent): number => (b.last ?? b.first ?? 0) - (a.last ?? a.first ?? 0);

function EventRow({ event }: { readonly event: KubeEvent }) {
  const { type, reason, message, count, first, last, source, revision, subject } = event;
  return (
    <li className={classes['event']} data-type={type}>
      <div className={classes['conditionLine']}>
        <span className={classes['eventMark']}>
          <Icon name={type === 'Warning' ? 'warning' : 'info'} size={14} />
          <span className="sr">{type}</span>
        </span>
        <strong>{reason}</strong>
        {count > 1 ? (
          <span className="dim">
            {formatCount(count)} times{first === undefined ? null : <> since <Time at={first} as="clock" /></>}
          </span>
        ) : null}
        {revision === undefined ? null : <Revision revision={revision} />}
        {subject === undefined ? null : <span className={classes['subject']} data-tip-cut={subject}>“{subject}”</span>}
        <span className={classes['when']}>
          <Time at={last ?? first} />
        </span>
      </div>
      <p className={classes['message']}>{message}</p>
      {source === undefined || source === '' ? null : <p className={classes['source']}>{source}</p>}
    </li>
  );
}

export function Events({ events, freshness }: { readonly events: readonly KubeEvent[]; readonly freshness: Freshness }) {
  const stale = useNowText((now) => partText(freshness, now) ?? '');
  if (freshness.state === 'forbidden') {
    return (
      <Notice title="You may not read its events." icon="lock" tone="attn">
        {freshness.cause?.text}
      </Notice>
    );
  }
  if (events.length === 0) {
    return <p className={classes['none']}>{freshness.state === 'syncing' ? 'Its events are being read…' : 'It has no events. Kubernetes keeps them for about an hour.'}</p>;
  }
  return (
    <>
      {stale === '' ? null : <p className={classes['none']}>{stale}</p>}
      <ul className={classes['events']}>
        {[...events].sort(newestFirst).map((event, index) => (
          <EventRow key={`${event.reason} ${event.first ?? ''} ${event.source ?? ''} ${index}`} event={event} />
        ))}
      </ul>
    </>
  );
}
