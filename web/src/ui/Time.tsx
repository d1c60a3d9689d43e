// One time: how long ago, with the moment itself on hover and focus.
import { useSyncExternalStore } from 'react';
import { clock } from '../lib/clock';
import { unknown } from '../lib/number';
import { zone } from '../lib/store';
import { agoText, formatAbsolute, formatClock, formatDuration, formatRelative } from '../lib/time';

/** A text that depends on now; the component is drawn again only when the text changes. */
export function useNowText(write: (now: number) => string): string {
  return useSyncExternalStore(clock.subscribe, () => write(clock.now()));
}

interface TimeProps {
  readonly at: number | null | undefined;
  /** false: at least since then. */
  readonly exact?: boolean | undefined;
  readonly as?: 'relative' | 'clock' | 'hour' | 'age' | 'ago';
  readonly source?: string;
}

function Known({ at, exact = true, as = 'relative', source }: TimeProps & { readonly at: number }) {
  const shownZone = useSyncExternalStore(zone.subscribe, zone.get);
  const text = useNowText((now) => {
    if (as === 'hour') return formatClock(at, at, shownZone); // of the last hour: the day says nothing
    if (as === 'clock') return formatClock(at, now, shownZone);
    if (as === 'ago') return agoText(now - at);
    return as === 'age' ? formatDuration(now - at) : formatRelative(at, now, shownZone);
  });
  const tip = [formatAbsolute(at), exact ? '' : 'at least since then', source ?? ''].filter((part) => part !== '').join(' · ');
  return (
    <time dateTime={new Date(at).toISOString()} data-tip={tip}>
      {exact ? text : `≥ ${text}`}
    </time>
  );
}

export function Time(props: TimeProps) {
  const { at } = props;
  if (at === null || at === undefined || at === 0) return <span className="dim">{unknown}</span>;
  return <Known {...props} at={at} />;
}
