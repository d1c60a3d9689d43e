// The graph as a tree, which can be read and walked without seeing it: each node once, below what applied it or what it
// comes from; what else it needs is said beside it. Pure.
import type { View, ViewNode } from './model';

export interface TreeItem {
  readonly node: ViewNode;
  readonly depth: number;
  readonly children: number;
  /** By key: what else it needs. */
  readonly also: readonly string[];
  readonly index: number;
  readonly siblings: number;
}

const preference = ['applied', 'owner', 'source', 'dependency', 'input'];

export function treeOf(view: View, open: (key: string) => boolean): TreeItem[] {
  const needs = new Map<string, { key: string; rank: number }[]>();
  for (const { from, to, by } of view.edges) {
    if (from === to) continue;
    const list = needs.get(to) ?? [];
    list.push({ key: from, rank: preference.indexOf(by) });
    needs.set(to, list);
  }
  const parents = new Map<string, string>();
  const isAbove = (key: string, above: string): boolean => {
    for (let at: string | undefined = above; at !== undefined; at = parents.get(at)) if (at === key) return true;
    return false;
  };
  for (const { key } of view.nodes) {
    const sorted = [...(needs.get(key) ?? [])].sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1));
    const parent = sorted.find((need) => !isAbove(key, need.key));
    if (parent !== undefined) parents.set(key, parent.key);
  }
  const children = new Map<string, ViewNode[]>();
  for (const node of view.nodes) {
    const parent = parents.get(node.key) ?? '';
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [node]);
    else list.push(node);
  }
  const items: TreeItem[] = [];
  const walk = (list: readonly ViewNode[], depth: number): void => {
    list.forEach((node, index) => {
      const below = children.get(node.key) ?? [];
      const also = (needs.get(node.key) ?? []).map(({ key }) => key).filter((key) => key !== parents.get(node.key));
      items.push({ node, depth, children: below.length, also: [...new Set(also)], index, siblings: list.length });
      if (open(node.key)) walk(below, depth + 1);
    });
  };
  walk(children.get('') ?? [], 1);
  return items;
}
