// Flux's objects as a graph: what comes from what, what waits for what, and which way leads to a cause.
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { plural } from '../../../lib/number';
import { displayName } from '../../../lib/name';
import { openObject } from '../../../lib/place';
import { failed } from '../../../lib/texts';
import { useLiveGraph, useMeta } from '../../../live/hooks';
import controls from '../../../ui/controls.module.css';
import { Notice } from '../../../ui/Notice';
import { useNavigation } from '../../../ui/navigation';
import { Trust } from '../../../ui/Trust';
import type { GraphCanvas } from '../graph/canvas';
import { useInventories, withInventories } from '../graph/inventories';
import { stateWords } from '../graph/look';
import { isGroup, viewOf, type ViewNode } from '../graph/model';
import { type Direction, step } from '../graph/steps';
import { useLayout } from '../graph/useLayout';
import { GraphLegend } from './GraphLegend';
import classes from './GraphPage.module.css';
import { GraphSelection } from './GraphSelection';
import { GraphStage } from './GraphStage';
import { GraphToolbar } from './GraphToolbar';
import { GraphTree } from './GraphTree';

const arrows: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

const said = (node: ViewNode | undefined): string =>
  node === undefined ? '' : [`${node.kind} ${displayName(node.namespace, node.name)}`, node.members > 1 ? plural(node.members, 'object') : '', node.status ?? stateWords[node.state]].filter((part) => part !== '').join(', ');

export function GraphPage() {
  const { place, go } = useNavigation();
  const meta = useMeta();
  const { store, snapshot } = useLiveGraph('flux', place.ns);
  const { phase, nodes, leftOut, freshness, missing, problem } = snapshot;
  const { q, focus, unfolded } = place;
  const details = useInventories(unfolded);
  const about = `${place.ns} ${q} ${focus}`;
  const [grouped, setGrouped] = useState<string>(); // what was asked when the answer was last grouped
  const wasGrouped = grouped === about;
  const view = useMemo(() => withInventories(viewOf(nodes, { q, focus, unfolded, wasGrouped }), details), [nodes, q, focus, unfolded, wasGrouped, details]);
  if (view.grouped !== wasGrouped) setGrouped(view.grouped ? about : undefined);
  const placed = useLayout(view, about);
  const [selected, setSelected] = useState<string | undefined>(focus === '' ? undefined : focus);
  const canvas = useRef<GraphCanvas>(undefined);
  const page = useRef<HTMLDivElement>(null);
  const node = view.nodes.find(({ key }) => key === selected);

  const open = useCallback((key: string): void => {
    const found = view.nodes.find((one) => one.key === key);
    if (found === undefined) return;
    if (isGroup(key)) {
      go({ ...place, unfolded: [...place.unfolded, key] });
      return;
    }
    const table = meta?.tables.find(({ kind, group }) => kind === found.kind && (found.node === undefined || group === (found.node.group ?? '')))?.id;
    if (table !== undefined && found.state !== 'hidden') go(openObject(place, { table, namespace: found.namespace, name: found.name }));
  }, [view, meta, place, go]);
  const unfold = (): void => {
    if (node?.unfolds !== true) return;
    const rest = unfolded.filter((key) => key !== node.key);
    go({ ...place, unfolded: rest.length < unfolded.length ? rest : [...unfolded, node.key] });
  };
  const focusOn = (): void => {
    if (node?.node !== undefined) go({ ...place, focus: focus === node.key ? '' : node.key });
  };
  const toCause = (): void => {
    if (node?.cause !== undefined) setSelected(node.cause);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = arrows[event.key];
    const keys: Readonly<Record<string, () => void>> = {
      Enter: () => { if (selected !== undefined) open(selected); },
      e: unfold,
      f: focusOn,
      c: toCause,
      '+': () => { canvas.current?.zoomBy(1.3); },
      '-': () => { canvas.current?.zoomBy(1 / 1.3); },
      '0': () => { canvas.current?.fit(); },
    };
    if (direction !== undefined) setSelected((now) => step(view, placed?.spots ?? new Map(), now, direction) ?? now);
    else if (keys[event.key] === undefined) return;
    else keys[event.key]?.();
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <div ref={page} className={classes['page']}>
        <GraphToolbar view={view} leftOut={leftOut} canvas={canvas} page={page} />
        {phase === 'failed' && problem !== undefined ? (
          <Notice tone="bad" icon="warning" title={failed('the graph', problem)} actions={<button type="button" className={controls['button']} onClick={store.retry}>Retry</button>}>{problem.hint}</Notice>
        ) : null}
        {phase === 'loading' ? <p className={classes['empty']} role="status" aria-label="Reading the graph">Reading…</p> : null}
        {phase === 'ready' && view.nodes.length === 0 ? <p className={classes['empty']}>{nodes.size === 0 ? 'There is nothing of Flux here.' : 'Nothing matches the filter.'}</p> : null}
        {place.tree ? (
          <div className={classes['treeBox']}><GraphTree view={view} selected={selected} onSelect={setSelected} onOpen={open} /></div>
        ) : (
          <div className={classes['stage']} role="application" aria-label="Graph of Flux’s objects. Arrow keys walk along its edges, Enter opens, e unfolds, f focuses, c goes to the cause. The same is there as a tree." tabIndex={0} onKeyDown={onKeyDown} aria-busy={phase === 'ready' && view.nodes.length > 0 && placed === undefined}>
            <GraphStage view={view} placed={placed} about={about} selected={selected} canvas={canvas} onSelect={setSelected} onOpen={open} />
            {view.nodes.length === 0 ? null : <GraphLegend view={view} circles={(placed?.circles.size ?? 0) > 0} />}
          </div>
        )}
        {node === undefined ? null : <GraphSelection node={node} unfolded={unfolded.includes(node.key)} focused={focus === node.key} onOpen={() => { open(node.key); }} onUnfold={unfold} onFocus={focusOn} onCause={toCause} />}
      </div>
      <Trust freshness={freshness} missing={missing} />
      <p className="sr" role="status">{said(node)}</p>
    </>
  );
}
