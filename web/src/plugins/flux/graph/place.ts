// Rows: connected parts one below the other; in each, the nodes of a column in an order that crosses little, near what
// they need. Columns that would be too long go on beside themselves.
import type { LayoutInput, Spot } from './layout';

const sweeps = 3;
/** Steps, so that one node more seldom changes the shape of everything. */
const heights = [12, 18, 27, 40, 60];

function parts({ keys, edges }: LayoutInput): number[][] {
  const root = keys.map((_, index) => index);
  const find = (node: number): number => {
    let at = node;
    while (root[at] !== at) at = root[at] = root[root[at] ?? at] ?? at;
    return at;
  };
  for (const { from, to } of edges) {
    const a = find(from);
    const b = find(to);
    if (a !== b) root[Math.max(a, b)] = Math.min(a, b);
  }
  const found = new Map<number, number[]>();
  keys.forEach((_, node) => {
    const list = found.get(find(node));
    if (list === undefined) found.set(find(node), [node]);
    else list.push(node);
  });
  return [...found.values()];
}

interface Neighbours {
  readonly left: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
}

function neighboursOf({ keys, edges }: LayoutInput, ranks: readonly number[]): Neighbours {
  const left: number[][] = keys.map(() => []);
  const right: number[][] = keys.map(() => []);
  for (const { from, to } of edges) {
    if ((ranks[from] ?? 0) >= (ranks[to] ?? 0)) continue;
    left[to]?.push(from);
    right[from]?.push(to);
  }
  return { left, right };
}

const mean = (nodes: readonly number[], value: readonly number[]): number | undefined =>
  nodes.length === 0 ? undefined : nodes.reduce((sum, node) => sum + (value[node] ?? 0), 0) / nodes.length;

/** Each column in the order of the middle of its neighbours, to and fro. */
function untangle(columns: number[][], near: Neighbours, at: number[]): void {
  const number = (column: readonly number[]): void => {
    column.forEach((node, index) => { at[node] = (index + 0.5) / column.length; });
  };
  columns.forEach(number);
  const sort = (column: number[], side: readonly (readonly number[])[]): void => {
    const wanted = new Map(column.map((node) => [node, mean(side[node] ?? [], at) ?? at[node] ?? 0]));
    const before = new Map(column.map((node, index) => [node, index]));
    column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || (before.get(a) ?? 0) - (before.get(b) ?? 0));
    number(column);
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const column of columns) sort(column, near.left);
    for (const column of [...columns].reverse()) sort(column, near.right);
  }
  for (const column of columns) sort(column, near.left);
}

/** Rows in the given order, each as near as may be to the one that is wanted, none twice, all within `height`. */
function settle(column: readonly number[], wanted: (node: number) => number | undefined, rows: number[], height: number): void {
  let next = 0;
  column.forEach((node, index) => {
    const latest = height - (column.length - index);
    rows[node] = Math.min(latest, Math.max(next, Math.round(wanted(node) ?? next)));
    next = (rows[node] ?? 0) + 1;
  });
}

interface Block {
  readonly spots: ReadonlyMap<number, Spot>;
  readonly width: number;
  readonly height: number;
}

function blockOf(nodes: readonly number[], ranks: readonly number[], near: Neighbours, most: number, at: number[], rows: number[]): Block {
  const columns: number[][] = [];
  for (const node of nodes) (columns[ranks[node] ?? 0] ??= []).push(node);
  untangle(columns, near, at);
  const height = Math.min(most, Math.max(...columns.map(({ length }) => length)));
  const fits = (column: readonly number[]): boolean => column.length <= height;
  for (const column of columns) {
    if (fits(column)) settle(column, (node) => mean(near.left[node] ?? [], rows), rows, height);
    else column.forEach((node, index) => { rows[node] = index % height; });
  }
  for (const column of [...columns].reverse()) {
    if (fits(column)) settle(column, (node) => mean(near.right[node] ?? [], rows) ?? rows[node], rows, height);
  }
  const spots = new Map<number, Spot>();
  let first = 0;
  for (const column of columns) {
    column.forEach((node, index) => {
      spots.set(node, { column: first + (fits(column) ? 0 : Math.floor(index / height)), row: rows[node] ?? 0 });
    });
    first += Math.ceil(column.length / height);
  }
  return { spots, width: first, height };
}

export function placeAnew(input: LayoutInput, ranks: readonly number[]): Spot[] {
  const { keys } = input;
  const byKey = (a: number, b: number): number => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1);
  const near = neighboursOf(input, ranks);
  const ideal = Math.sqrt((keys.length * 4.4) / 1.6); // a node is 4.4 times as wide as high, a window 1.6 times
  const most = heights.find((height) => height >= ideal) ?? heights.at(-1) ?? 60;
  const shelf = Math.round(most * 1.6); // parts leave gaps beside and between them
  const connected = parts(input).map((part) => part.sort(byKey)).sort((a, b) => b.length - a.length || byKey(a[0] ?? 0, b[0] ?? 0));
  const alone = connected.filter(({ length }) => length === 1).flat();
  const blocks = connected.filter(({ length }) => length > 1);
  const spots: Spot[] = keys.map(() => ({ column: 0, row: 0 }));
  const at = new Array<number>(keys.length).fill(0);
  const rows = new Array<number>(keys.length).fill(0);
  let left = 0;
  let top = 0;
  let widest = 0;
  const nextShelf = (): void => {
    left += widest + (widest > 0 ? 1 : 0);
    top = 0;
    widest = 0;
  };
  const put = ({ spots: inside, width, height }: Block): void => {
    if (top > 0 && top + height > shelf) nextShelf();
    for (const [node, { column, row }] of inside) spots[node] = { column: left + column, row: top + row };
    top += height + 1;
    widest = Math.max(widest, width);
  };
  for (const nodes of blocks) put(blockOf(nodes, ranks, near, most, at, rows));
  const rest = Math.min(most, Math.max(1, alone.length));
  if (alone.length > 0) {
    put({ spots: new Map(alone.map((node, index) => [node, { column: Math.floor(index / rest), row: index % rest }])), width: Math.ceil(alone.length / rest), height: rest });
  }
  return spots;
}
