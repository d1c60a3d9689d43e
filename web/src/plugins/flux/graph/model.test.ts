import { describe, expect, it } from 'vitest';
import type { GraphNode } from '../../../api/types';
import { applyGraph } from '../../../live/graphStore';
import { segments } from './segments';
import { withInventories } from './inventories';
import { keyOf, mostNodes, mostUngrouped, viewOf } from './model';
import { step } from './steps';
import { treeOf } from './tree';

let next = 1;
const groups: Readonly<Record<string, string>> = { GitRepository: 'source.toolkit.fluxcd.io', Kustomization: 'kustomize.toolkit.fluxcd.io', HelmRelease: 'helm.toolkit.fluxcd.io' };
const node = (kind: string, name: string, more: Partial<GraphNode> = {}): GraphNode => ({ id: next++, group: groups[kind] ?? '', kind, namespace: 'shop', name, status: 'Ready', ...more });
const graph = (...nodes: GraphNode[]): Map<number, GraphNode> => new Map(nodes.map((one) => [one.id, one]));
const all = { q: '', focus: '', unfolded: [] };

const repo = node('GitRepository', 'repo', { status: 'Failed' });
const apps = node('Kustomization', 'apps', { status: 'Blocked', cause: repo.id, needs: [{ id: repo.id, by: 'source' }] });
const web = node('Kustomization', 'web', { status: 'Blocked', cause: repo.id, inventory: true, needs: [{ id: repo.id, by: 'source' }, { id: apps.id, by: 'owner' }] });
const calm = node('Kustomization', 'calm', { needs: [{ id: repo.id, by: 'source' }, { id: apps.id, by: 'owner' }] });
const other = node('HelmRelease', 'other', { namespace: 'billing' });
const fleet = graph(repo, apps, web, calm, other);
const keys = (view: { readonly nodes: readonly { readonly key: string }[] }): string[] => view.nodes.map(({ key }) => key);

describe('what the graph shows', () => {
  it('is everything, with the way from the cause to all that waits on it', () => {
    const view = viewOf(fleet, all);
    expect(view.nodes).toHaveLength(5);
    expect(view.edges.filter(({ toCause }) => toCause).map(({ from, to }) => `${from} ${to}`)).toEqual([
      'GitRepository/shop/repo Kustomization/shop/apps',
      'GitRepository/shop/repo Kustomization/shop/web',
      'Kustomization/shop/apps Kustomization/shop/web',
    ]);
  });
  it('says a source once where what applied the object comes from it too', () => {
    const edges = viewOf(fleet, all).edges.filter(({ to }) => to === keyOf(calm));
    expect(edges.map(({ by }) => by)).toEqual(['owner']);
    expect(viewOf(fleet, { ...all, focus: keyOf(calm) }).edges.filter(({ to }) => to === keyOf(calm)).map(({ by }) => by)).toEqual(['source', 'owner']);
  });
  it('is filtered by namespace, kind, status and words, and keeps what the found ones come from', () => {
    expect(keys(viewOf(fleet, { ...all, q: 'ns:billing' }))).toEqual(['HelmRelease/billing/other']);
    expect(keys(viewOf(fleet, { ...all, q: 'web' }))).toEqual(['GitRepository/shop/repo', 'Kustomization/shop/apps', 'Kustomization/shop/web']);
    expect(viewOf(fleet, { ...all, q: 'web' }).nodes.filter(({ context }) => !context).map(({ name }) => name)).toEqual(['web']);
    expect(viewOf(fleet, { ...all, q: 'status:blocked' }).matches).toBe(2);
    expect(viewOf(fleet, { ...all, q: 'kind:kustomization -status:blocked' }).matches).toBe(1);
    expect(viewOf(fleet, { ...all, q: 'nothing-like-it' }).nodes).toEqual([]);
  });
  it('is, around one object, what it comes from and what depends on it', () => {
    expect(keys(viewOf(fleet, { ...all, focus: keyOf(web) }))).toEqual(['GitRepository/shop/repo', 'Kustomization/shop/apps', 'Kustomization/shop/web']);
    expect(keys(viewOf(fleet, { ...all, focus: keyOf(other) }))).toEqual([keyOf(other)]);
  });
  it('is grouped by namespace beyond what can be read, with the worst state, and unfolds', () => {
    const many = Array.from({ length: mostNodes }, (_, index) => node('Kustomization', `k${index}`, { namespace: `team-${index % 10}`, needs: [{ id: repo.id, by: 'source' }] }));
    const broken = node('Kustomization', 'broken', { namespace: 'team-3', status: 'Failed' });
    const crowd = graph(repo, ...many, broken);
    const view = viewOf(crowd, all);
    expect(view.grouped).toBe(true);
    expect(view.nodes).toHaveLength(11);
    expect(view.nodes.reduce((sum, { members }) => sum + members, 0)).toBe(mostNodes + 2);
    expect(view.nodes.find(({ key }) => key === 'ns/team-3')?.status).toBe('Failed');
    expect(view.edges).toHaveLength(10);
    const unfolded = viewOf(crowd, { ...all, unfolded: ['ns/team-3'] });
    expect(unfolded.nodes).toHaveLength(10 + 151);
    expect(viewOf(graph(repo, ...many.slice(0, 100)), all).grouped).toBe(false);
  });
  it('stays grouped until there are clearly fewer, so that it does not flip with each object', () => {
    const of = (count: number, wasGrouped: boolean): boolean =>
      viewOf(graph(...Array.from({ length: count }, (_, index) => node('Kustomization', `k${index}`))), { ...all, wasGrouped }).grouped;
    expect([of(mostNodes, false), of(mostNodes + 1, false), of(mostNodes, true), of(mostUngrouped + 1, true), of(mostUngrouped, true)]).toEqual([false, true, true, true, false]);
  });
  it('unfolds a large namespace into its sources first', () => {
    const sources = [node('GitRepository', 'a'), node('GitRepository', 'b')];
    const many = Array.from({ length: mostNodes }, (_, index) => node('Kustomization', `k${index}`, { needs: [{ id: sources[index % 2]!.id, by: 'source' }] }));
    const view = viewOf(graph(...sources, ...many), { ...all, unfolded: ['ns/shop'] });
    expect(view.nodes.map(({ key, members }) => `${key} ${members}`)).toEqual([
      'GitRepository/shop/a 1', 'GitRepository/shop/b 1', 'ns/shop/GitRepository/a 750', 'ns/shop/GitRepository/b 750',
    ]);
  });
  it('groups namespaces whose names begin alike where there are hundreds', () => {
    const many = Array.from({ length: mostNodes + 1 }, (_, index) => node('Kustomization', `k${index}`, { namespace: index === 0 ? 'flux-system' : `team-${index % 300}` }));
    expect(viewOf(graph(...many), all).nodes.map(({ key, name, members }) => `${key} ${name} ${members}`)).toEqual(['ns/flux-system flux-system 1', 'nss/team team-… 1500']);
    expect(viewOf(graph(...many), { ...all, unfolded: ['nss/team'] }).nodes).toHaveLength(301);
  });
  it('holds what an unfolded object has applied, so far as it can be read', () => {
    const entries = Array.from({ length: 50 }, (_, index) => ({ ref: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: `d${index}` }, status: 'Ready' as const }));
    const known = { ref: { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'shop', name: 'calm' } };
    const detail = { inventory: { told: true, total: 51, counts: {}, entries: [known, ...entries] } } as never;
    const before = viewOf(fleet, all);
    const view = withInventories(before, new Map([[keyOf(web), detail]]));
    expect(view.nodes).toHaveLength(before.nodes.length + 41);
    expect(view.nodes.at(-1)?.name).toBe('and 10 more');
    expect(withInventories(before, new Map())).toBe(before);
  });
  it('tells apart what has one name in two groups', () => {
    const entries = ['', 'serving.knative.dev'].map((group) => ({ ref: { group, kind: 'Service', namespace: 'shop', name: 'web' }, status: 'Ready' as const }));
    const namesake = { ref: { group: 'other.example.com', kind: 'Kustomization', namespace: 'shop', name: 'calm' } };
    const detail = { inventory: { told: true, total: 3, counts: {}, entries: [namesake, ...entries] } } as never;
    const before = viewOf(fleet, all);
    const added = withInventories(before, new Map([[keyOf(web), detail]])).nodes.slice(before.nodes.length);
    expect(new Set(keys({ nodes: added })).size).toBe(3);
  });
});

describe('the graph as the server tells it', () => {
  const frame = { type: 'graph' as const, id: 1, seq: 1, reset: false, nodes: [] as GraphNode[], gone: [] as number[], total: 0, leftOut: 0 };
  it('changes node by node', () => {
    const first = applyGraph(new Map(), { ...frame, reset: true, nodes: [repo, apps], total: 2 });
    if (first === 'resync') throw new Error('it fits');
    const second = applyGraph(first, { ...frame, nodes: [{ ...apps, status: 'Ready' }, web], gone: [repo.id], total: 2 });
    if (second === 'resync') throw new Error('it fits');
    expect([...second.values()].map(({ name, status }) => `${name} ${status ?? ''}`)).toEqual(['apps Ready', 'web Blocked']);
  });
  it('is asked for anew when the numbers differ', () => {
    expect(applyGraph(new Map(), { ...frame, nodes: [repo], total: 2 })).toBe('resync');
  });
});

describe('the graph as a tree', () => {
  it('has each node once, below what applied it, and says what else it needs', () => {
    const items = treeOf(viewOf(fleet, all), () => true);
    expect(items.map(({ node: { name }, depth }) => `${'  '.repeat(depth - 1)}${name}`)).toEqual(['repo', '  apps', '    calm', '    web', 'other']);
    expect(items.find(({ node: { name } }) => name === 'web')?.also).toEqual([keyOf(repo)]);
  });
  it('ends in circles', () => {
    const a = node('Kustomization', 'a');
    const b = node('Kustomization', 'b', { needs: [{ id: a.id, by: 'dependency' }] });
    const circle = graph({ ...a, needs: [{ id: b.id, by: 'dependency' }] }, b);
    expect(treeOf(viewOf(circle, all), () => true).map(({ node: { name } }) => name).sort()).toEqual(['a', 'b']);
  });
});

describe('walking with arrow keys', () => {
  it('goes along edges, and up and down within a column', () => {
    const view = viewOf(fleet, all);
    const spots = new Map([[keyOf(repo), { column: 0, row: 0 }], [keyOf(apps), { column: 1, row: 0 }], [keyOf(web), { column: 2, row: 0 }], [keyOf(calm), { column: 2, row: 1 }], [keyOf(other), { column: 0, row: 3 }]]);
    expect(step(view, spots, undefined, 'right')).toBe(keyOf(repo));
    expect(step(view, spots, keyOf(repo), 'right')).toBe(keyOf(apps));
    expect(step(view, spots, keyOf(apps), 'right')).toBe(keyOf(web));
    expect(step(view, spots, keyOf(web), 'down')).toBe(keyOf(calm));
    expect(step(view, spots, keyOf(calm), 'up')).toBe(keyOf(web));
    expect(step(view, spots, keyOf(calm), 'left')).toBe(keyOf(apps));
    expect(step(view, spots, keyOf(other), 'left')).toBeUndefined();
  });
});

describe('a line with turns', () => {
  it('comes out where it was laid', () => {
    const start = { x: 10, y: 20 };
    const end = { x: 310, y: 120 };
    const bends = [{ x: 50, y: 20 }, { x: 50, y: 120 }];
    const { weights, distances } = segments(start, end, bends);
    const length = Math.hypot(300, 100);
    bends.forEach((bend, index) => {
      const along = weights[index]! * length;
      const beside = distances[index]!;
      expect(start.x + (along * 300 - beside * 100) / length).toBeCloseTo(bend.x);
      expect(start.y + (along * 100 + beside * 300) / length).toBeCloseTo(bend.y);
    });
  });
});
