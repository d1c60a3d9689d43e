// One object: beside the page or filling it. The list stays live beside it, and j k there moves this.
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Detail, TableInfo } from '../../../api/types';
import { absentHint, absentTable, failed, missingRight, unknownSince } from '../../../lib/texts';
import { closeObject } from '../../../lib/place';
import { drawerWidth } from '../../../lib/store';
import type { LatestSnapshot } from '../../../live/latestStore';
import { useLiveDetail, useMeta } from '../../../live/hooks';
import controls from '../../../ui/controls.module.css';
import { ObjectLink } from '../../../ui/ObjectLink';
import { Notice } from '../../../ui/Notice';
import { useNavigation } from '../../../ui/navigation';
import { useShortcut } from '../../../ui/shortcuts';
import { useNowText } from '../../../ui/Time';
import { RoleButton, Trust } from '../../../ui/Trust';
import { ObjectActions } from '../actions/ObjectActions';
import { DrawerEdge } from './DrawerEdge';
import { ObjectHeader } from './ObjectHeader';
import classes from './ObjectPane.module.css';
import { ObjectTabs } from './ObjectTabs';

interface ObjectPaneProps {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
  readonly full: boolean;
}

function CauseLine({ detail }: { readonly detail: Detail }) {
  const { status, sentence } = detail;
  const silence = useNowText((now) => (status?.status === 'Unknown' && status.since !== undefined ? unknownSince(now - status.since) : ''));
  const cause = status?.cause;
  const text = sentence ?? (silence === '' ? (status?.message ?? '') : silence);
  if (text === '' && cause === undefined) return null;
  return (
    <p className={classes['cause']}>
      {text}
      {cause === undefined ? null : (
        <span className={classes['because']}>
          Cause: <span className="dim">{cause.kind}</span> <ObjectLink target={cause} />
        </span>
      )}
    </p>
  );
}

function State({ snapshot, what, onRetry }: { readonly snapshot: LatestSnapshot<Detail>; readonly what: string; readonly onRetry: () => void }) {
  const { phase, problem, missing, freshness, value } = snapshot;
  const role = missing.find((item) => item.role !== undefined)?.role;
  const right = missing.find((item) => item.right !== undefined)?.right;
  switch (phase) {
    case 'loading':
      return (
        <div className={classes['skeleton']} role="status" aria-label={`Reading ${what}`}>
          {[40, 70, 55, 80, 60].map((width) => (
            <span key={width} style={{ width: `${width}%` }} />
          ))}
        </div>
      );
    case 'missing':
      return value === undefined ? (
        <Notice title={`There is no ${what}, or you may not see it.`}>{problem?.text}</Notice>
      ) : (
        <Notice title={`${what} is gone.`} tone="attn" icon="warning">It was deleted. What follows is its last known state.</Notice>
      );
    case 'forbidden':
      return (
        <Notice title={`You may not read ${what}.`} icon="lock" tone="attn" actions={role === undefined ? null : <RoleButton role={role} />}>
          {right === undefined ? (problem?.text ?? freshness?.cause?.text) : missingRight(right)}
        </Notice>
      );
    case 'absent':
      return <Notice title={freshness?.cause?.text ?? absentTable(what)}>{freshness?.cause?.hint ?? absentHint}</Notice>;
    case 'failed':
      return (
        <Notice title={failed(what, problem ?? { code: 'internal', text: 'the server did not say why' })} tone="bad" icon="warning" actions={<button type="button" className={controls['button']} onClick={onRetry}>Retry</button>}>
          {problem?.hint}
        </Notice>
      );
    case 'ready':
      return null;
  }
}

/** Who was in here when it went is put where he came from: the next object, his row, or the page. */
function useFocusAfter(): void {
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const next = document.getElementById('object') ?? document.querySelector<HTMLElement>('#page [role="row"][tabindex="0"]') ?? document.getElementById('page');
        next?.focus({ preventScroll: true });
      });
    },
    [],
  );
}

export function ObjectPane({ table, namespace, name, full }: ObjectPaneProps) {
  const meta = useMeta();
  const { place, go } = useNavigation();
  const { store, snapshot } = useLiveDetail({ table, namespace, name });
  const width = useSyncExternalStore(drawerWidth.subscribe, drawerWidth.get);
  const pane = useRef<HTMLElement>(null);
  const info: TableInfo | undefined = meta?.tables.find(({ id }) => id === table);
  const close = (): void => {
    go(closeObject(place));
  };
  useShortcut({ group: 'Object', keys: ['o'], text: full ? 'beside the list' : 'open as a page', run: () => { go({ ...place, full: !place.full }); return true; } });
  useEffect(() => {
    // A page of its own takes the focus; beside a list it stays where the reader is.
    if (full) pane.current?.focus({ preventScroll: true });
  }, [full]);
  useFocusAfter();
  const { value, phase } = snapshot;
  const detail = phase === 'forbidden' || phase === 'absent' ? undefined : value;
  const kind = value?.ref.kind ?? info?.singular ?? table;
  const Frame = full ? 'main' : 'aside';
  return (
    <Frame ref={pane} id="object" tabIndex={-1} className={classes['pane']} data-full={full} aria-label={`${kind} ${name}`} style={full ? undefined : { width }}>
      {full ? null : <DrawerEdge />}
      <ObjectHeader kind={kind} namespace={namespace} name={name} detail={detail} full={full} gone={phase === 'missing'} onClose={close} />
      {detail === undefined ? null : <CauseLine detail={detail} />}
      {detail === undefined ? null : <ObjectActions detail={detail} table={table} gone={phase === 'missing'} />}
      <State snapshot={snapshot} what={`${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`} onRetry={store.retry} />
      {detail === undefined ? null : <ObjectTabs table={table} detail={detail} answers={snapshot.answers} />}
      {detail === undefined ? null : <Trust freshness={snapshot.freshness} missing={snapshot.missing} />}
    </Frame>
  );
}
