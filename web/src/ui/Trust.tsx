// What a list or an object does not cover or cannot vouch for. It stands at the foot, so that no row moves for it.
import { Modal } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import type { Freshness, Missing } from '../api/types';
import { missingSummary, partText } from '../lib/texts';
import { useLive } from '../live/hooks';
import controls from './controls.module.css';
import { CopyButton } from './CopyButton';
import { EscapeCloses } from './EscapeCloses';
import { Icon } from './icons';
import { useNowText } from './Time';
import classes from './Trust.module.css';

export function RoleButton({ role }: { readonly role: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={controls['button']} onClick={() => { setOpen(true); }}>Show the Role</button>
      <CopyButton withWord label="Copy the Role" text={role} />
      <Modal opened={open} onClose={() => { setOpen(false); }} title="The Role that would allow it" size={640} closeButtonProps={{ 'aria-label': 'Close' }}>
        <EscapeCloses onClose={() => { setOpen(false); }} />
        <pre className={classes['role']} tabIndex={0}>{role}</pre>
      </Modal>
    </>
  );
}

function MissingList({ missing }: { readonly missing: readonly Missing[] }) {
  return (
    <ul className={classes['list']}>
      {missing.map((item) => (
        <li key={`${item.table ?? ''} ${item.namespace ?? ''} ${item.text}`}>
          <p>{item.text}</p>
          {item.right === undefined ? null : <code>{item.right}</code>}
          {item.role === undefined ? null : (
            <details>
              <summary>The Role that would allow it</summary>
              <pre className={classes['role']} tabIndex={0}>{item.role}</pre>
              <CopyButton withWord label="Copy the Role" text={item.role} />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

/** While the banner speaks for the whole page, its parts do not repeat it. */
function useBannerSpeaks(): boolean {
  const { socket, connection } = useLive();
  const stale = useSyncExternalStore(connection.subscribe, () => connection.get()?.state === 'stale');
  const lost = useSyncExternalStore(socket.state.subscribe, () => socket.state.get().phase !== 'open');
  return stale || lost;
}

export function Trust({ freshness, missing }: { readonly freshness: Freshness | undefined; readonly missing: readonly Missing[] }) {
  const spoken = useBannerSpeaks();
  const [open, setOpen] = useState(false);
  const stale = useNowText((now) => (spoken ? '' : (partText(freshness, now) ?? '')));
  if (stale === '' && missing.length === 0) return null;
  return (
    <>
      {stale === '' ? null : (
        <div className={classes['strip']} data-tone="stale" role="status">
          <Icon name="warning" size={14} />
          <span>{stale}</span>
        </div>
      )}
      {missing.length === 0 ? null : (
        <div className={classes['strip']} role="status">
          <Icon name="lock" size={14} />
          <span>{missingSummary(missing)}</span>
          <button type="button" className={controls['plain']} onClick={() => { setOpen(true); }}>Which</button>
          <Modal opened={open} onClose={() => { setOpen(false); }} title="What is not shown" size={640} closeButtonProps={{ 'aria-label': 'Close' }}>
            <EscapeCloses onClose={() => { setOpen(false); }} />
            <MissingList missing={missing} />
          </Modal>
        </div>
      )}
    </>
  );
}
