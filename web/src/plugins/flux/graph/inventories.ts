// What unfolded objects have applied, as nodes behind them.
import { useEffect, useMemo, useState } from 'react';
import type { Detail } from '../../../api/types';
import { refKey } from '../../../lib/name';
import { formatCount } from '../../../lib/number';
import { useLive, useMeta } from '../../../live/hooks';
import { isGroup, type View, type ViewEdge, type ViewNode } from './model';

/** Beyond these the inventory's own tab is better to read. */
const mostEntries = 40;
/** Each unfolded one is a subscription of its own. */
const mostInventories = 8;

export function withInventories(view: View, details: ReadonlyMap<string, Detail>): View {
  const known = new Set(view.nodes.map(({ key }) => key));
  const drawn = new Set(view.nodes.flatMap(({ node }) => (node === undefined ? [] : [refKey({ group: '', namespace: '', ...node })])));
  const nodes: ViewNode[] = [];
  const edges: ViewEdge[] = [];
  const plain = { context: false, members: 1, unfolds: false, cause: undefined, node: undefined } as const;
  for (const [owner, { inventory }] of details) {
    if (!known.has(owner) || inventory === undefined) continue;
    const entries = inventory.entries.filter(({ ref }) => !drawn.has(refKey(ref)));
    for (const { ref, status, missing } of entries.slice(0, mostEntries)) {
      const key = `in ${owner} ${refKey(ref)}`;
      nodes.push({ ...plain, key, kind: ref.kind, namespace: ref.namespace, name: ref.name, state: missing === true ? 'missing' : status === undefined ? 'unwatched' : 'seen', status });
      edges.push({ from: owner, to: key, by: 'applied', toCause: false });
    }
    const rest = inventory.total - (inventory.entries.length - entries.length) - Math.min(entries.length, mostEntries);
    if (rest <= 0) continue;
    const key = `in ${owner} more`;
    nodes.push({ ...plain, key, kind: 'Inventory', namespace: '', name: `and ${formatCount(rest)} more`, state: 'seen', status: undefined });
    edges.push({ from: owner, to: key, by: 'applied', toCause: false });
  }
  return nodes.length === 0 ? view : { ...view, nodes: [...view.nodes, ...nodes], edges: [...view.edges, ...edges] };
}

/** The details of the objects that are unfolded, as they change. */
export function useInventories(unfolded: readonly string[]): ReadonlyMap<string, Detail> {
  const live = useLive();
  const tables = useMeta()?.tables;
  const wanted = unfolded.filter((key) => !isGroup(key)).slice(0, mostInventories).join(',');
  const [details, setDetails] = useState<ReadonlyMap<string, Detail>>(new Map());
  useEffect(() => {
    const stops = wanted.split(',').map((key) => {
      const [kind = '', namespace = '', name = ''] = key.split('/');
      const table = tables?.find((one) => one.kind === kind)?.id;
      if (table === undefined || name === '') return undefined;
      const store = live.detail({ table, namespace: namespace === '-' ? '' : namespace, name });
      return store.subscribe(() => {
        const { value } = store.getSnapshot();
        setDetails((before) => (value === undefined || before.get(key) === value ? before : new Map(before).set(key, value)));
      });
    });
    return () => { for (const stop of stops) stop?.(); };
  }, [live, tables, wanted]);
  return useMemo(() => new Map([...details].filter(([key]) => wanted.split(',').includes(key))), [details, wanted]);
}
