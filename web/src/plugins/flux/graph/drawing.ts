// What of a view is drawn and where, element by element, and where two drawings differ: so little changes at a time that
// nothing else is touched. Pure.
import { middle, type Point, type Spot } from './layout';
import { type Cards, familyOf, labelOf } from './look';
import { isGroup, type View, type ViewEdge, type ViewNode } from './model';
import { segments } from './segments';
import { edgeKey, type Placed } from './useLayout';

type Datum = string | boolean | readonly number[];

export interface Drawn {
  readonly data: Readonly<Record<string, Datum>>;
  /** Of nodes; an edge stands between them. */
  readonly position?: Point;
}

/** By key, the nodes before the edges between them. */
export type Drawing = ReadonlyMap<string, Drawn>;

function nodeIn(node: ViewNode, spot: Spot, cards: Cards): Drawn {
  const data = { id: node.key, family: familyOf(node), card: cards(node), label: labelOf(node), context: node.context, many: isGroup(node.key) };
  return { data, position: middle(spot) };
}

function edgeIn(edge: ViewEdge, id: string, from: Spot, to: Spot, placed: Placed): Drawn {
  const bends = placed.bends.get(id) ?? [];
  const loop = edge.from === edge.to;
  const bent = !loop && bends.length > 0;
  const shape = bent ? segments(middle(from), middle(to), bends) : {};
  return { data: { id, source: edge.from, target: edge.to, by: edge.by, toCause: edge.toCause, circle: placed.circles.has(id), loop, bent, ...shape } };
}

export function drawingOf(view: View, placed: Placed, cards: Cards): Drawing {
  const drawing = new Map<string, Drawn>();
  for (const node of view.nodes) {
    const spot = placed.spots.get(node.key);
    if (spot !== undefined) drawing.set(node.key, nodeIn(node, spot, cards));
  }
  for (const edge of view.edges) {
    const id = edgeKey(edge);
    const from = placed.spots.get(edge.from);
    const to = placed.spots.get(edge.to);
    const ends = drawing.has(edge.from) && drawing.has(edge.to);
    if (ends && from !== undefined && to !== undefined && placed.bends.has(id)) drawing.set(id, edgeIn(edge, id, from, to, placed));
  }
  return drawing;
}

const sameDatum = (a: Datum | undefined, b: Datum | undefined): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, at) => value === b[at]));

export const samePlace = (a: Drawn, b: Drawn): boolean => a.position?.x === b.position?.x && a.position?.y === b.position?.y;
export const sameLook = (a: Drawn, b: Drawn): boolean => {
  const keys = Object.keys(b.data);
  return keys.length === Object.keys(a.data).length && keys.every((key) => sameDatum(a.data[key], b.data[key]));
};

export interface Differences {
  readonly gone: readonly string[];
  /** New or other than before, nodes first. */
  readonly changed: readonly (readonly [string, Drawn])[];
}

export function differences(before: Drawing, after: Drawing): Differences {
  return {
    gone: [...before.keys()].filter((key) => !after.has(key)),
    changed: [...after].filter(([key, drawn]) => {
      const was = before.get(key);
      return was === undefined || !samePlace(was, drawn) || !sameLook(was, drawn);
    }),
  };
}
