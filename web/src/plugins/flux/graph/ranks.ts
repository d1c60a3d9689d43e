// Which column a node belongs to: behind everything it needs, by the longest way. Circles are found first and opened the
// same way every time; soft edges give way to all others. Linear but for sorting.
import type { LayoutInput } from './layout';

export interface Ranks {
  readonly ranks: readonly number[];
  /** Nodes so that what they need comes first. */
  readonly order: readonly number[];
  /** By node: what it stands behind. */
  readonly parents: readonly (readonly number[])[];
  readonly circles: readonly boolean[];
}

const lists = (count: number): number[][] => Array.from({ length: count }, () => []);

/** Tarjan's strongly connected components over the edges that are not soft, without recursion. */
function components({ keys, edges }: LayoutInput): number[] {
  const next = lists(keys.length);
  for (const { from, to, soft } of edges) if (!soft) next[from]?.push(to);
  const component = new Array<number>(keys.length).fill(-1);
  const seen = new Array<number>(keys.length).fill(-1);
  const low = new Array<number>(keys.length).fill(0);
  const stack: number[] = [];
  let count = 0;
  for (let root = 0; root < keys.length; root++) {
    if (seen[root] !== -1) continue;
    const walk: { node: number; at: number }[] = [{ node: root, at: 0 }];
    seen[root] = low[root] = count++;
    stack.push(root);
    for (let top = walk.at(-1); top !== undefined; top = walk.at(-1)) {
      const { node } = top;
      const child = next[node]?.[top.at++];
      if (child === undefined) {
        walk.pop();
        const above = walk.at(-1);
        if (above !== undefined) low[above.node] = Math.min(low[above.node] ?? 0, low[node] ?? 0);
        if (low[node] !== seen[node]) continue;
        for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
          component[member] = node;
          if (member === node) break;
        }
      } else if (seen[child] === -1) {
        seen[child] = low[child] = count++;
        stack.push(child);
        walk.push({ node: child, at: 0 });
      } else if (component[child] === -1) {
        low[node] = Math.min(low[node] ?? 0, seen[child] ?? 0);
      }
    }
  }
  return component;
}

/** Numbers in order, the smallest first. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = items[up] ?? 0;
      if (above <= item) break;
      items[at] = above;
      at = up;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] ?? 0) < (items[child] ?? 0)) child++;
      const below = items[child] ?? 0;
      if (below >= last) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return first;
  }
}

export function rank(input: LayoutInput): Ranks {
  const { keys, edges } = input;
  const byKey = keys.map((_, index) => index).sort((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1));
  const place = new Array<number>(keys.length).fill(0);
  byKey.forEach((node, index) => { place[node] = index; });
  const component = components(input);
  const inCircle = ({ from, to, soft }: LayoutInput['edges'][number]): boolean => !soft && (from === to || component[from] === component[to]);
  const circles = edges.map(inCircle);
  const out: { to: number; soft: boolean }[][] = Array.from({ length: keys.length }, () => []);
  const hard = new Array<number>(keys.length).fill(0);
  const soft = new Array<number>(keys.length).fill(0);
  edges.forEach((edge, index) => {
    const { from, to } = edge;
    if (from === to) return;
    // A circle is opened where its last by name leads back to one before.
    if (circles[index] === true && (place[from] ?? 0) > (place[to] ?? 0)) return;
    out[from]?.push({ to, soft: edge.soft });
    const counts = edge.soft ? soft : hard;
    counts[to] = (counts[to] ?? 0) + 1;
  });
  const ready = new Heap();
  const half = new Heap(); // only soft edges are in the way
  const offer = (node: number): void => {
    if (hard[node] === 0) (soft[node] === 0 ? ready : half).push(place[node] ?? 0);
  };
  keys.forEach((_, node) => { offer(node); });
  const ranks = new Array<number>(keys.length).fill(0);
  const parents = lists(keys.length);
  const done = new Set<number>();
  const order: number[] = [];
  for (;;) {
    const next = ready.pop() ?? half.pop();
    if (next === undefined) break;
    const node = byKey[next] ?? 0;
    if (done.has(node)) continue;
    done.add(node);
    order.push(node);
    for (const { to, soft: gives } of out[node] ?? []) {
      if (done.has(to)) continue;
      ranks[to] = Math.max(ranks[to] ?? 0, (ranks[node] ?? 0) + 1);
      parents[to]?.push(node);
      const counts = gives ? soft : hard;
      counts[to] = (counts[to] ?? 0) - 1;
      offer(to);
    }
  }
  return { ranks, order, parents, circles };
}
