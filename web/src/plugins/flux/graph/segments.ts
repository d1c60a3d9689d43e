import type { Point } from './layout';

/** Where a line turns, as Cytoscape wants it: along and beside the straight line between both nodes. */
export function segments(start: Point, end: Point, bends: readonly Point[]): { weights: number[]; distances: number[] } {
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  const along = { x: (end.x - start.x) / length, y: (end.y - start.y) / length };
  return {
    weights: bends.map(({ x, y }) => ((x - start.x) * along.x + (y - start.y) * along.y) / length),
    distances: bends.map(({ x, y }) => (y - start.y) * along.x - (x - start.x) * along.y),
  };
}
