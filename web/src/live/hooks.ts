// The React side of the live stores.
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Controllers, Dashboard, Detail, Home, Meta, Operation, Ref, Tree, TreeQuery } from '../api/types';
import type { LiveClient } from './client';
import type { GraphSnapshot, GraphStore } from './graphStore';
import type { LatestSnapshot, LatestStore } from './latestStore';
import type { ListSnapshot, ListSpec, ListStore } from './listStore';

export const LiveContext = createContext<LiveClient | undefined>(undefined);

export function useLive(): LiveClient {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('A live component stands outside the live provider.');
  return live;
}

export function useMeta(): Meta | undefined {
  const { meta } = useLive();
  const state = useSyncExternalStore(meta.subscribe, meta.get);
  return state.phase === 'ready' ? state.meta : undefined;
}

interface Ended {
  getSnapshot(): { readonly problem: unknown };
  retry(): void;
}

/** An error ends a subscription. What ended is asked again when the cluster's kinds changed or the socket is new. */
function useRetryOnNews(store: Ended): void {
  const { socket } = useLive();
  const revision = useMeta()?.revision;
  const opened = useSyncExternalStore(socket.state.subscribe, () => {
    const state = socket.state.get();
    return state.phase === 'open' ? state.since : undefined;
  });
  useEffect(() => {
    if (opened !== undefined && store.getSnapshot().problem !== undefined) store.retry();
  }, [store, revision, opened]);
}

/** One store a table; another filter or order goes into the same store, so that the old rows stay until it is answered. */
export function useLiveList(spec: ListSpec): { readonly store: ListStore; readonly list: ListSnapshot } {
  const live = useLive();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the rest of the spec is handed on below
  const store = useMemo(() => live.list(spec), [live, spec.table]);
  useEffect(() => {
    store.setSpec(spec);
  }, [store, spec]);
  useRetryOnNews(store);
  return { store, list: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

export function useLiveDetail(ref: Pick<Ref, 'namespace' | 'name'> & { readonly table: string }): {
  readonly store: LatestStore<Detail>;
  readonly snapshot: LatestSnapshot<Detail>;
} {
  const live = useLive();
  const { table, namespace, name } = ref;
  const store = useMemo(() => live.detail({ table, namespace, name }), [live, table, namespace, name]);
  useRetryOnNews(store);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

/** One store an object; another window, or other rows that are open, go into the same store. */
export function useLiveTree(query: TreeQuery): { readonly store: LatestStore<Tree>; readonly snapshot: LatestSnapshot<Tree> } {
  const live = useLive();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the rest of the query is handed on below
  const store = useMemo(() => live.tree(query), [live, query.table, query.namespace, query.name]);
  useEffect(() => {
    store.update(query);
  }, [store, query]);
  useRetryOnNews(store);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

export function useLiveHome(namespace: string): { readonly store: LatestStore<Home>; readonly snapshot: LatestSnapshot<Home> } {
  const live = useLive();
  const store = live.home(namespace);
  useRetryOnNews(store);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

export function useLiveDashboard(plugin: string, namespace: string): { readonly store: LatestStore<Dashboard>; readonly snapshot: LatestSnapshot<Dashboard> } {
  const live = useLive();
  const store = useMemo(() => live.dashboard(plugin, namespace), [live, plugin, namespace]);
  useRetryOnNews(store);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

export function useLiveControllers(plugin: string): { readonly store: LatestStore<Controllers>; readonly snapshot: LatestSnapshot<Controllers> } {
  const live = useLive();
  const store = useMemo(() => live.controllers(plugin), [live, plugin]);
  useRetryOnNews(store);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

export function useLiveGraph(plugin: string, namespace: string): { readonly store: GraphStore; readonly snapshot: GraphSnapshot } {
  const live = useLive();
  const store = useMemo(() => live.graph(plugin, namespace), [live, plugin, namespace]);
  useRetryOnNews(store);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.getSnapshot) };
}

const noOperations: readonly Operation[] = [];

export function useOperations(): readonly Operation[] {
  const { operations } = useLive();
  useRetryOnNews(operations);
  return useSyncExternalStore(operations.subscribe, operations.getSnapshot).value ?? noOperations;
}
