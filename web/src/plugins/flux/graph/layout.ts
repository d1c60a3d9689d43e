// Where nodes stand and how edges run between them. Pure, deterministic, and blind to states: a change of state moves
// nothing. Nodes stand on a grid of columns and rows, each to the right of what it needs; edges run in the channels between
// columns and the gaps between rows, so that none crosses a node.
import { placeAnew } from './place';
import { rank } from './ranks';

export const cell = { width: 216, height: 44, gapX: 64, gapY: 20 } as const;
export const pitch = { x: cell.width + cell.gapX, y: cell.height + cell.gapY } as const;

/** Nodes by number; `soft` edges may point backwards where something else demands it. */
export interface LayoutInput {
  readonly keys: readonly string[];
  readonly edges: readonly { readonly from: number; readonly to: number; readonly soft: boolean }[];
  /** Where nodes stood before, by key. */
  readonly before?: ReadonlyMap<string, Spot>;
}

export interface Spot {
  readonly column: number;
  readonly row: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly spots: readonly Spot[];
  /** Where each edge turns, from `from` to `to`. */
  readonly bends: readonly (readonly Point[])[];
  /** Edges that are part of a circle of things that need each other. */
  readonly circles: readonly boolean[];
}

/** The middle of a node. */
export const middle = ({ column, row }: Spot): Point => ({ x: column * pitch.x, y: row * pitch.y });

// Edges of one node share a track, so that they read as one line that branches; neighbours' tracks differ.
const tracks = 6;
const channel = (column: number, from: Spot): number =>
  column * pitch.x - pitch.x / 2 + ((from.row % tracks) - (tracks - 1) / 2) * 8;
const lane = (row: number, from: Spot): number => row * pitch.y - pitch.y / 2 + ((from.row % 3) - 1) * 4;

export function bendsOf(from: Spot, to: Spot): Point[] {
  const start = middle(from);
  const end = middle(to);
  const left = channel(from.column + 1, from);
  if (to.column === from.column + 1) {
    return start.y === end.y ? [] : [{ x: left, y: start.y }, { x: left, y: end.y }];
  }
  const right = channel(to.column, from);
  const y = lane(from.row > to.row ? to.row + 1 : to.row, from);
  return [{ x: left, y: start.y }, { x: left, y }, { x: right, y }, { x: right, y: end.y }];
}

/** Beyond this part of new nodes everything is placed anew. */
const freshShare = 0.3;

function nearestFree(taken: ReadonlySet<number>, row: number): number {
  for (let away = 0; ; away++) {
    if (!taken.has(row + away)) return row + away;
    if (row - away >= 0 && !taken.has(row - away)) return row - away;
  }
}

/** Leaves nodes where they stood, as long as they still stand to the right of what they need. */
function placeAmong(input: LayoutInput, before: ReadonlyMap<string, Spot>, order: readonly number[], kept: readonly (readonly number[])[]): Spot[] | undefined {
  const spots: (Spot | undefined)[] = input.keys.map((key) => before.get(key));
  const fresh = spots.filter((spot) => spot === undefined).length;
  if (fresh > input.keys.length * freshShare) return undefined;
  const taken = new Map<number, Set<number>>();
  const rowsOf = (column: number): Set<number> => {
    let rows = taken.get(column);
    if (rows === undefined) taken.set(column, (rows = new Set()));
    return rows;
  };
  for (const spot of spots) if (spot !== undefined) rowsOf(spot.column).add(spot.row);
  for (const node of order) {
    const parents = (kept[node] ?? []).flatMap((parent) => spots[parent] ?? []);
    const least = Math.max(-1, ...parents.map(({ column }) => column)) + 1;
    const spot = spots[node];
    if (spot !== undefined && spot.column >= least) continue;
    if (spot !== undefined) rowsOf(spot.column).delete(spot.row);
    const wanted = spot?.row ?? Math.max(0, ...parents.map(({ row }) => row));
    const row = nearestFree(rowsOf(least), wanted);
    rowsOf(least).add(row);
    spots[node] = { column: least, row };
  }
  return spots.flatMap((spot) => spot ?? []);
}

export function layout(input: LayoutInput): Layout {
  const { ranks, order, parents, circles } = rank(input);
  const among = input.before === undefined ? undefined : placeAmong(input, input.before, order, parents);
  const spots = among ?? placeAnew(input, ranks);
  const none: Spot = { column: 0, row: 0 };
  const bends = input.edges.map(({ from, to }) => (from === to ? [] : bendsOf(spots[from] ?? none, spots[to] ?? none)));
  return { spots, bends, circles };
}
