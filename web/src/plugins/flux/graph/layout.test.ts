import { describe, expect, it } from 'vitest';
import { cell, layout, type Layout, type LayoutInput, middle, pitch, type Point } from './layout';

/** A fleet as Flux makes them: sources, Kustomizations in chains, what they own, now and then a circle. */
function fleet(count: number, seed: number): LayoutInput {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % Math.max(1, below);
  };
  const keys = Array.from({ length: count }, (_, index) => `k${String((index * 7919) % 10_007).padStart(5, '0')}-${index}`);
  const edges: { from: number; to: number; soft: boolean }[] = [];
  const sources = Math.max(1, Math.floor(count / 12));
  for (let to = sources; to < count; to++) {
    edges.push({ from: random(sources), to, soft: false });
    if (random(3) === 0) edges.push({ from: random(to), to, soft: true });
    if (random(4) === 0 && to > sources) edges.push({ from: sources + random(to - sources), to, soft: false });
    if (random(60) === 0) edges.push({ from: to, to: random(to), soft: random(2) === 0 });
  }
  return { keys, edges: edges.filter(({ from, to }) => from !== to) };
}

const route = (input: LayoutInput, { spots, bends }: Layout, index: number): Point[] => {
  const edge = input.edges[index]!;
  return [middle(spots[edge.from]!), ...bends[index]!, middle(spots[edge.to]!)];
};

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe('the layout of a graph', () => {
  for (const seed of seeds) {
    const input = fleet(60 + seed * 40, seed);
    const found = layout(input);

    it(`lets no two nodes overlap (${seed})`, () => {
      expect(new Set(found.spots.map(({ column, row }) => `${column} ${row}`)).size).toBe(input.keys.length);
      expect(pitch.x).toBeGreaterThan(cell.width);
      expect(pitch.y).toBeGreaterThan(cell.height);
    });

    it(`puts everything to the right of what it needs, but in circles (${seed})`, () => {
      input.edges.forEach(({ from, to, soft }, index) => {
        if (soft || found.circles[index] === true) return;
        expect(found.spots[to]!.column, `${input.keys[from]!} → ${input.keys[to]!}`).toBeGreaterThan(found.spots[from]!.column);
      });
    });

    it(`lets no edge run over a node (${seed})`, () => {
      const taken = new Set(found.spots.map(({ column, row }) => `${column} ${row}`));
      input.edges.forEach((edge, index) => {
        const points = route(input, found, index);
        points.slice(1).forEach((end, step) => {
          const start = points[step]!;
          expect(start.x === end.x || start.y === end.y).toBe(true);
          const own = new Set([edge.from, edge.to].map((node) => `${found.spots[node]!.column} ${found.spots[node]!.row}`));
          for (let column = Math.round(Math.min(start.x, end.x) / pitch.x) - 1; column <= Math.max(start.x, end.x) / pitch.x + 1; column++) {
            for (let row = Math.round(Math.min(start.y, end.y) / pitch.y) - 1; row <= Math.max(start.y, end.y) / pitch.y + 1; row++) {
              if (!taken.has(`${column} ${row}`) || own.has(`${column} ${row}`)) continue;
              const at = middle({ column, row });
              const apart = Math.max(start.x, end.x) < at.x - cell.width / 2 || Math.min(start.x, end.x) > at.x + cell.width / 2
                || Math.max(start.y, end.y) < at.y - cell.height / 2 || Math.min(start.y, end.y) > at.y + cell.height / 2;
              expect(apart, `edge ${index} and the node at ${column} ${row}`).toBe(true);
            }
          }
        });
      });
    });

    it(`is the same every time and whatever the order in which nodes come (${seed})`, () => {
      expect(layout(input)).toEqual(found);
      const turned = input.keys.length - 1;
      const back = layout({ keys: [...input.keys].reverse(), edges: input.edges.map(({ from, to, soft }) => ({ from: turned - from, to: turned - to, soft })) });
      expect([...back.spots].reverse().map(({ column }) => column)).toEqual(found.spots.map(({ column }) => column));
    });

    it(`moves nothing for a node that comes or goes (${seed})`, () => {
      const before = new Map(input.keys.map((key, index) => [key, found.spots[index]!]));
      const more = layout({ keys: [...input.keys, 'new'], edges: [...input.edges, { from: 0, to: input.keys.length, soft: false }], before });
      expect(more.spots.slice(0, -1)).toEqual(found.spots);
      expect(new Set(more.spots.map(({ column, row }) => `${column} ${row}`)).size).toBe(input.keys.length + 1);
      const last = input.keys.length - 1;
      const fewer = layout({ keys: input.keys.slice(0, -1), edges: input.edges.filter(({ from, to }) => from !== last && to !== last), before });
      expect(fewer.spots).toEqual(found.spots.slice(0, -1));
    });
  }

  it('marks a circle and nothing beside it', () => {
    const soft = false;
    const edges = [[0, 1], [1, 2], [2, 0], [0, 3], [3, 4], [5, 5]].map(([from, to]) => ({ from: from!, to: to!, soft }));
    const { circles, spots } = layout({ keys: ['a', 'b', 'c', 'd', 'e', 'f'], edges });
    expect(circles).toEqual([true, true, true, false, false, true]);
    expect(spots.slice(0, 3).map(({ column }) => column)).toEqual([0, 1, 2]);
  });

  it('lets what owns give way to what is needed, as where a Kustomization applies its own source', () => {
    const { circles, spots } = layout({ keys: ['kustomization', 'source'], edges: [{ from: 1, to: 0, soft: false }, { from: 0, to: 1, soft: true }] });
    expect(circles).toEqual([false, false]);
    expect(spots.map(({ column }) => column)).toEqual([1, 0]);
  });
});
