// The always visible mark, and the banner. The banner stands at the foot so that no row moves when it comes or goes.
import { useSyncExternalStore } from 'react';
import { clock } from '../lib/clock';
import { useLive } from '../live/hooks';
import controls from '../ui/controls.module.css';
import { Icon } from '../ui/icons';
import { TextWithCommands } from '../ui/TextWithCommands';
import { bannerOf, markOf } from './connection';
import classes from './Freshness.module.css';

export function FreshnessMark() {
  const { socket, connection } = useLive();
  const text = useSyncExternalStore(
    (changed) => {
      const stops = [socket.state.subscribe(changed), connection.subscribe(changed), clock.subscribe(changed)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    () => {
      const state = socket.state.get();
      const { tone, word } = markOf(state, connection.get(), state.phase === 'lost' ? Date.now() : clock.now());
      return `${tone}|${word}`;
    },
  );
  const [tone = '', word = ''] = text.split('|');
  const tip = tone === 'live' ? 'Changes of the cluster appear here as they happen.' : 'What you see may be old.';
  return (
    <span className={classes['mark']} data-tone={tone} data-tip={tip}>
      <span className={classes['dot']} aria-hidden="true" />
      {word}
    </span>
  );
}

export function Banner({ cluster }: { readonly cluster: string }) {
  const { socket, connection, newerVersion } = useLive();
  const text = useSyncExternalStore(
    (changed) => {
      const stops = [socket.state.subscribe(changed), connection.subscribe(changed), clock.subscribe(changed)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    () => {
      const banner = bannerOf(socket.state.get(), connection.get(), cluster, clock.now(), Date.now());
      return banner === undefined ? '' : [banner.retry ? 'retry' : '', banner.text, banner.next, banner.hint].map((part) => part.replaceAll('\n', ' ')).join('\n');
    },
  );
  const newer = useSyncExternalStore(newerVersion.subscribe, newerVersion.get);
  const [retry, said = '', next, hint = ''] = text.split('\n');
  return (
    <>
      {text === '' ? null : (
        <div className={classes['banner']} role="alert">
          <Icon name="warning" />
          <p>
            {said} {hint === '' ? null : <><TextWithCommands text={hint} /> </>}
            <span aria-live="off">{next}</span>
          </p>
          {retry === 'retry' ? (
            <button type="button" className={controls['button']} onClick={() => { socket.retryNow(); }}>
              Now
            </button>
          ) : null}
        </div>
      )}
      {newer === undefined ? null : (
        <div className={classes['news']} role="status">
          <Icon name="info" />
          <p>Masthead {newer} is running now; this page is of an older version.</p>
          <button type="button" className={controls['button']} onClick={() => { location.reload(); }}>
            Load the new page
          </button>
        </div>
      )}
    </>
  );
}
