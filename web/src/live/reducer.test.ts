import { describe, expect, it } from 'vitest';
import type { DeltaFrame, ResetFrame, Row } from '../api/types';
import { reduce, type RowWindow } from './reducer';

// A second, naive computation: the server's whole list and a window cut out of it anew each time.
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

interface Model {
  rows: Row[];
  first: number;
  count: number;
}

const cut = ({ rows, first, count }: Model): Row[] => rows.slice(first, first + count);

function frameOf(before: Row[], model: Model, seq: number, chance: () => number): DeltaFrame {
  const after = cut(model);
  const old = new Map(before.map((row) => [row.key, row]));
  const keys = after.map(({ key }) => key);
  const upserts = after.filter((row) => old.get(row.key) !== row);
  const removes = before.map(({ key }) => key).filter((key) => !keys.includes(key));
  const moved = keys.join() !== before.map(({ key }) => key).join();
  const appended = [...before.map(({ key }) => key).filter((key) => keys.includes(key)), ...upserts.map(({ key }) => key).filter((key) => !old.has(key))].join() === keys.join();
  // The order may be left out where it is only "what stayed, then what is new", and must be followed where it is there.
  const order = moved && (!appended || chance() < 0.5) ? { order: keys } : {};
  return { type: 'delta', id: 1, seq, total: model.rows.length, unfiltered: model.rows.length, first: model.first, upserts, removes, ...order };
}

function change(model: Model, chance: () => number, next: () => number): void {
  const pick = (): number => Math.floor(chance() * model.rows.length);
  for (let turn = Math.floor(chance() * 4); turn >= 0; turn--) {
    const dice = chance();
    if (dice < 0.3 || model.rows.length === 0) model.rows.splice(Math.floor(chance() * (model.rows.length + 1)), 0, { key: `ns/n${next()}`, cells: [next()] });
    else if (dice < 0.5) model.rows.splice(pick(), 1);
    else if (dice < 0.8) {
      const at = pick();
      const row = model.rows[at]!;
      model.rows[at] = { key: row.key, cells: [next()] };
    } else {
      const [row] = model.rows.splice(pick(), 1);
      model.rows.splice(Math.floor(chance() * (model.rows.length + 1)), 0, row!);
    }
  }
}

describe('reduce', () => {
  for (let seed = 1; seed <= 20; seed++) {
    it(`agrees with a naive model over 1,000 frames, seed ${seed}`, () => {
      const chance = seeded(seed);
      let counter = 0;
      const next = (): number => counter++;
      const model: Model = { rows: Array.from({ length: 40 }, () => ({ key: `ns/n${next()}`, cells: [next()] })), first: 0, count: 25 };
      let window: RowWindow | 'resync' | undefined;
      let before: Row[] = [];
      for (let seq = 1; seq <= 1000; seq++) {
        const whole = window === undefined || chance() < 0.03;
        if (whole) model.first = Math.floor(chance() * 10);
        else change(model, chance, next);
        const frame: ResetFrame | DeltaFrame = whole
          ? { type: 'reset', id: 1, seq, total: model.rows.length, unfiltered: model.rows.length, first: model.first, rows: cut(model) }
          : frameOf(before, model, seq, chance);
        window = reduce(window === 'resync' ? undefined : window, frame);
        if (window === 'resync') throw new Error(`resync at ${seq}`);
        before = cut(model);
        const seen = window;
        expect(seen.keys.map((key) => seen.rows.get(key))).toEqual(before);
        expect(seen.rows.size).toBe(before.length);
        expect(seen.total).toBe(model.rows.length);
      }
    });
  }

  const reset: ResetFrame = { type: 'reset', id: 1, seq: 1, total: 2, unfiltered: 2, first: 0, rows: [{ key: 'a/a', cells: [1] }, { key: 'a/b', cells: [2] }] };
  const delta: DeltaFrame = { type: 'delta', id: 1, seq: 2, total: 2, unfiltered: 2, first: 0, upserts: [], removes: [] };
  const start = reduce(undefined, reset) as RowWindow;

  it('keeps the object of a row that did not change, so that it is not drawn again', () => {
    const next = reduce(start, { ...reset, seq: 2, rows: [{ key: 'a/a', cells: [1] }, { key: 'a/b', cells: [3] }] }) as RowWindow;
    expect(next.rows.get('a/a')).toBe(start.rows.get('a/a'));
    expect(next.rows.get('a/b')).not.toBe(start.rows.get('a/b'));
  });

  it('keeps the list of keys when only cells changed', () => {
    const next = reduce(start, { ...delta, upserts: [{ key: 'a/b', cells: [9] }] }) as RowWindow;
    expect(next.keys).toBe(start.keys);
  });

  it('asks for a resync when a delta comes before any reset', () => {
    expect(reduce(undefined, delta)).toBe('resync');
  });

  it('asks for a resync when the order names a row it does not have, leaves one out or names one twice', () => {
    expect(reduce(start, { ...delta, order: ['a/a', 'a/c'] })).toBe('resync');
    expect(reduce(start, { ...delta, order: ['a/a'] })).toBe('resync');
    expect(reduce(start, { ...delta, order: ['a/a', 'a/a'] })).toBe('resync');
  });

  it('asks for a resync when a reset names a row twice', () => {
    expect(reduce(undefined, { ...reset, rows: [{ key: 'a/a', cells: [] }, { key: 'a/a', cells: [] }] })).toBe('resync');
  });
});
