// Walking through the graph with arrow keys: along its edges to either side, and up and down within a column. Pure.
import type { Spot } from './layout';
import type { View } from './model';

export type Direction = 'left' | 'right' | 'up' | 'down';

export function step(view: View, spots: ReadonlyMap<string, Spot>, from: string | undefined, direction: Direction): string | undefined {
  const here = from === undefined ? undefined : spots.get(from);
  if (here === undefined) return firstOf(view, spots);
  const away = (key: string): number => {
    const spot = spots.get(key);
    return spot === undefined ? Infinity : Math.abs(spot.row - here.row) + Math.abs(spot.column - here.column) / 100;
  };
  const nearest = (keys: readonly string[]): string | undefined =>
    [...keys].filter((key) => key !== from).sort((a, b) => away(a) - away(b) || (a < b ? -1 : 1))[0];
  if (direction === 'right') return nearest(view.edges.filter((edge) => edge.from === from).map(({ to }) => to));
  if (direction === 'left') return nearest(view.edges.filter((edge) => edge.to === from).map((edge) => edge.from));
  return nearest(view.nodes.map(({ key }) => key).filter((key) => {
    const spot = spots.get(key);
    return spot?.column === here.column && (direction === 'up' ? spot.row < here.row : spot.row > here.row);
  }));
}

function firstOf(view: View, spots: ReadonlyMap<string, Spot>): string | undefined {
  const order = (key: string): number => (spots.get(key)?.column ?? 0) * 10_000 + (spots.get(key)?.row ?? 0);
  return view.nodes.map(({ key }) => key).sort((a, b) => order(a) - order(b))[0];
}
