// Where am I (cluster, namespace), go anywhere, is it live, and the page's own settings.
import { Menu } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { Meta } from '../api/types';
import { home } from '../lib/place';
import { type Theme, theme } from '../lib/store';
import controls from '../ui/controls.module.css';
import { Icon } from '../ui/icons';
import { useNavigation } from '../ui/navigation';
import { usePhone } from '../ui/useMedia';
import { FreshnessMark } from './Freshness';
import classes from './Topbar.module.css';

interface TopbarProps {
  readonly meta: Meta | undefined;
  readonly onGo: () => void;
  readonly onNamespace: () => void;
  readonly onHelp: () => void;
}

const themes: readonly (readonly [Theme, string])[] = [
  ['auto', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

export function ThemeItems() {
  const chosen = useSyncExternalStore(theme.subscribe, theme.get);
  return (
    <Menu.RadioGroup value={chosen} onChange={(value) => { theme.set(themes.find(([id]) => id === value)?.[0] ?? 'auto'); }}>
      {themes.map(([id, title]) => (
        <Menu.RadioItem key={id} value={id}>{title}</Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

function ThemeMenu() {
  const chosen = useSyncExternalStore(theme.subscribe, theme.get);
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <button type="button" className={controls['icon']} aria-label="Theme" data-tip="Theme">
          <Icon name={chosen === 'dark' ? 'moon' : 'sun'} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Theme</Menu.Label>
        <ThemeItems />
      </Menu.Dropdown>
    </Menu>
  );
}

export function Topbar({ meta, onGo, onNamespace, onHelp }: TopbarProps) {
  const { place, href } = useNavigation();
  const phone = usePhone();
  return (
    <header className={classes['bar']}>
      <a className={classes['brand']} href={href({ ...home, ns: place.ns })} aria-label="Masthead, home">
        <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
          <rect width="32" height="32" rx="7" fill="var(--accent-fill)" />
          <path d="M16 6v20M9 12h14M11 18h10M8 26h16" stroke="#fff" strokeWidth="2.8" strokeLinecap="round" fill="none" />
        </svg>
        {phone ? null : <span>Masthead</span>}
      </a>
      <span className={classes['cluster']} data-tip={meta === undefined ? undefined : `${meta.cluster.server}${meta.cluster.version === undefined ? '' : ` · Kubernetes ${meta.cluster.version}`}`}>
        {meta?.cluster.name ?? '…'}
      </span>
      <button type="button" className={classes['namespace']} onClick={onNamespace} disabled={meta === undefined} aria-haspopup="dialog">
        <span className="sr">Namespace:</span>
        <span className="dim">ns</span>
        <span className="cut">{place.ns === '' ? 'all' : place.ns}</span>
        <Icon name="down" size={12} />
      </button>
      <span className={classes['space']} />
      {phone ? null : (
        <button type="button" className={classes['goto']} onClick={onGo} disabled={meta === undefined} aria-haspopup="dialog">
          <Icon name="search" size={14} />
          <span>Go to…</span>
          <kbd className={controls['kbd']}>Ctrl-K</kbd>
        </button>
      )}
      <span className={classes['space']} />
      <FreshnessMark />
      {phone ? null : (
        <>
          <button type="button" className={controls['icon']} onClick={onHelp} aria-label="Keys on this page" data-tip="Keys on this page (?)">
            <Icon name="help" />
          </button>
          <ThemeMenu />
          <span className={classes['user']} data-tip={meta?.readOnly === true ? 'Masthead runs read-only.' : undefined}>
            <Icon name="user" size={14} />
            <span className="cut">{meta?.user ?? '…'}</span>
          </span>
        </>
      )}
    </header>
  );
}
