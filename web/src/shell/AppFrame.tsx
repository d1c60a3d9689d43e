// The frame: bar, menu, page, object beside it, banner. It knows pages by their registry and nothing of any kind.
import { useMemo, useState, useSyncExternalStore } from 'react';
import type { Meta } from '../api/types';
import { closeObject, goTo, type Place } from '../lib/place';
import { theme } from '../lib/store';
import { failed, sessionOver } from '../lib/texts';
import { useLive } from '../live/hooks';
import controls from '../ui/controls.module.css';
import { useNavigation } from '../ui/navigation';
import { Notice } from '../ui/Notice';
import { useShortcut } from '../ui/shortcuts';
import { TipHost } from '../ui/TipHost';
import { useNarrow, usePhone } from '../ui/useMedia';
import classes from './AppFrame.module.css';
import { BottomBar } from './BottomBar';
import { ErrorBoundary } from './ErrorBoundary';
import { Banner } from './Freshness';
import { PagesContext, type Registry } from './host';
import { Nav } from './Nav';
import { Palette, type PaletteMode } from './Palette';
import type { PaletteItem } from './paletteItems';
import { ShortcutsHelp } from './ShortcutsHelp';
import { Topbar } from './Topbar';
import { useTitle } from './useTitle';

function pageItems(registry: Registry, place: Place): PaletteItem[] {
  const pages = registry.pages.map(({ path, title }) => ({ id: `page ${path}`, group: 'Pages' as const, title, detail: '', place: goTo(place, { kind: 'plain', path }) }));
  const setting = (value: 'light' | 'dark' | 'auto', title: string): PaletteItem => ({ id: `theme ${value}`, group: 'Page settings', title, detail: 'Theme', run: () => { theme.set(value); } });
  return [...pages, setting('light', 'Light theme'), setting('dark', 'Dark theme'), setting('auto', 'Theme as the system')];
}

function Page({ registry, place }: { readonly registry: Registry; readonly place: Place }) {
  const { href } = useNavigation();
  const { page } = place;
  if (page.kind === 'list') return <registry.list key={page.table} table={page.table} />;
  const found = registry.pages.find(({ path }) => path === page.path);
  if (found === undefined) {
    return <Notice title={`There is no page at “${page.path}”.`} actions={<a href={href(goTo(place, { kind: 'plain', path: '' }))}>Go to Home</a>} />;
  }
  return <found.component key={found.path} />;
}

function Main({ registry, meta }: { readonly registry: Registry; readonly meta: Meta | undefined }) {
  const { place } = useNavigation();
  const narrow = useNarrow();
  const { open } = place;
  const full = open !== undefined && (place.full || narrow);
  return (
    <div className={classes['main']}>
      {full ? null : (
        <main className={classes['page']} id="page" tabIndex={-1}>
          <ErrorBoundary key={JSON.stringify(place.page)} what="This page">
            <Page registry={registry} place={place} />
          </ErrorBoundary>
        </main>
      )}
      {open === undefined || meta === undefined ? null : (
        <ErrorBoundary key={JSON.stringify(open)} what="This object">
          <registry.object table={open.table} namespace={open.namespace} name={open.name} full={full} />
        </ErrorBoundary>
      )}
    </div>
  );
}

export function AppFrame({ registry }: { readonly registry: Registry }) {
  const live = useLive();
  const { place, go } = useNavigation();
  const state = useSyncExternalStore(live.meta.subscribe, live.meta.get);
  const meta = state.phase === 'ready' ? state.meta : undefined;
  const [palette, setPalette] = useState<PaletteMode>();
  const [help, setHelp] = useState(false);
  const phone = usePhone();
  const narrow = useNarrow();
  const items = useMemo(() => pageItems(registry, place), [registry, place]);
  useTitle(registry, meta, place);
  useShortcut({ group: 'Anywhere', keys: ['Ctrl-K'], text: 'go to a page, kind or object', always: true, run: () => { setPalette(palette === undefined ? 'all' : undefined); return true; } });
  useShortcut({ group: 'Anywhere', keys: ['n'], text: 'choose a namespace', run: () => { setPalette('namespace'); return true; } });
  useShortcut({ group: 'Anywhere', keys: ['?'], text: 'show all keys', run: () => { setHelp(true); return true; } });
  useShortcut({
    group: 'Anywhere',
    keys: ['Escape'],
    text: 'back, close',
    run: () => {
      if (place.open === undefined) return false;
      go(closeObject(place));
      return true;
    },
  });
  if (state.phase === 'unauthenticated') {
    return (
      <main className={classes['over']}>
        <h1>{sessionOver.title}</h1>
        <p>{sessionOver.text}</p>
      </main>
    );
  }
  return (
    <PagesContext value={registry.pages}>
      <div className={classes['frame']}>
        <Topbar meta={meta} onGo={() => { setPalette('all'); }} onNamespace={() => { setPalette('namespace'); }} onHelp={() => { setHelp(true); }} />
        <div className={classes['middle']}>
          {narrow ? null : <Nav meta={meta} />}
          {state.phase === 'failed' ? (
            <Notice tone="bad" icon="warning" title={failed('what this cluster has', state.problem)} actions={<button type="button" className={controls['button']} onClick={() => { void live.meta.read(); }}>Retry</button>}>
              {`${state.problem.hint ?? ''} It is tried again every few seconds.`}
            </Notice>
          ) : (
            <Main registry={registry} meta={meta} />
          )}
        </div>
        <Banner cluster={meta?.cluster.name ?? 'The cluster'} />
        {narrow ? <BottomBar onGo={() => { setPalette('all'); }} /> : null}
        {meta === undefined ? null : <Palette mode={palette} meta={meta} pages={items} onClose={() => { setPalette(undefined); }} />}
        <ShortcutsHelp opened={help} onClose={() => { setHelp(false); }} />
        {phone ? null : <TipHost />}
      </div>
    </PagesContext>
  );
}
