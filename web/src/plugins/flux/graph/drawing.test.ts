import { expect, test } from 'vitest';
import { differences, drawingOf } from './drawing';
import type { View, ViewEdge, ViewNode } from './model';
import { edgeKey, type Placed } from './useLayout';

const node = (name: string, more: Partial<ViewNode> = {}): ViewNode => ({
  key: `Kustomization/shop/${name}`, kind: 'Kustomization', namespace: 'shop', name, state: 'seen', status: 'Ready', context: false, members: 1, unfolds: true, cause: undefined, node: undefined, ...more,
});
const edge = (from: string, to: string, toCause = false): ViewEdge => ({ from: node(from).key, to: node(to).key, by: 'dependency', toCause });
const view = (nodes: readonly ViewNode[], edges: readonly ViewEdge[] = []): View => ({ nodes, edges, matches: nodes.length, objects: nodes.length, grouped: false });
const placed = ({ nodes, edges }: View, row = 0): Placed => ({
  spots: new Map(nodes.map(({ key }, column) => [key, { column, row }])),
  bends: new Map(edges.map((one) => [edgeKey(one), [{ x: 140, y: row }, { x: 140, y: row + 64 }]])),
  circles: new Set(),
  about: '',
});
const cards = ({ status, kind }: ViewNode): string => `${kind} ${status ?? ''}`;
const drawn = (of: View, by = placed(of)) => drawingOf(of, by, cards);
const changed = (before: View, after: View, by = placed(after)) => differences(drawn(before), drawn(after, by)).changed.map(([key]) => key);

const two = view([node('a'), node('b')], [edge('a', 'b')]);

test('a view that is made again of the same changes nothing', () => {
  expect(differences(drawn(two), drawn(view([node('a'), node('b')], [edge('a', 'b')])))).toEqual({ gone: [], changed: [] });
});

test('a change of state touches that node alone', () => {
  expect(changed(two, view([node('a', { status: 'Failed' }), node('b')], [edge('a', 'b')]))).toEqual([node('a').key]);
});

test('an edge that leads to a cause now is touched alone', () => {
  expect(changed(two, view([node('a'), node('b')], [edge('a', 'b', true)]))).toEqual([edgeKey(edge('a', 'b'))]);
});

test('what is moved takes its edges along', () => {
  expect(changed(two, two, placed(two, 3))).toEqual([node('a').key, node('b').key, edgeKey(edge('a', 'b'))]);
});

test('what comes and goes is told, the nodes before their edges', () => {
  const three = view([node('a'), node('b'), node('c')], [edge('a', 'b'), edge('b', 'c')]);
  expect(changed(two, three)).toEqual([node('c').key, edgeKey(edge('b', 'c'))]);
  expect(differences(drawn(three), drawn(two)).gone).toEqual([node('c').key, edgeKey(edge('b', 'c'))]);
});

test('what has no place yet is not drawn, nor are its edges', () => {
  expect([...drawn(view([node('a'), node('z')], [edge('a', 'z')]), placed(view([node('a')]))).keys()]).toEqual([node('a').key]);
});
