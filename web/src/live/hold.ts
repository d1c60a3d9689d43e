// What is shown while a person points at, works in or has scrolled the list. Cells change in place at once; order,
// newcomers and removals wait until they are applied, so that no row moves under the pointer. Pure.
import type { Row } from '../api/types';
import type { RowWindow } from './reducer';

export interface Shown {
  readonly first: number;
  readonly total: number;
  readonly keys: readonly string[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly gone: ReadonlySet<string>;
}

export interface Held {
  readonly added: number;
  readonly gone: number;
  readonly moved: number;
}

export const nothingHeld: Held = { added: 0, gone: 0, moved: 0 };

export const isHeld = ({ added, gone, moved }: Held): boolean => added + gone + moved > 0;

export function showAll(live: RowWindow): Shown {
  return { first: live.first, total: live.total, keys: live.keys, rows: live.rows, gone: new Set() };
}

function latestRows(keys: readonly string[], shown: Shown, live: RowWindow): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const key of keys) {
    const row = live.rows.get(key) ?? shown.rows.get(key);
    if (row !== undefined) rows.set(key, row);
  }
  return rows;
}

/** Keeps the shown order; rows that vanished stay, marked gone. */
export function holdRows(shown: Shown, live: RowWindow, gone: ReadonlySet<string>): Shown {
  const marked = shown.keys.filter((key) => gone.has(key) && !live.rows.has(key));
  return { ...shown, rows: latestRows(shown.keys, shown, live), gone: new Set(marked) };
}

/**
 * The person scrolled and a window further up or down arrived: what he sees stays where it is, the new rows are added
 * at the ends. Where the two windows share nothing he jumped, and the new one is shown as it is.
 */
export function extendRows(shown: Shown, live: RowWindow, gone: ReadonlySet<string>, margin = 200): Shown {
  const has = new Set(shown.keys);
  const shared = live.keys.filter((key) => has.has(key));
  const firstShared = shared[0];
  const lastShared = shared[shared.length - 1];
  if (firstShared === undefined || lastShared === undefined) return showAll(live);
  const fresh = (keys: readonly string[]): string[] => keys.filter((key) => !has.has(key));
  const above = live.first < shown.first ? fresh(live.keys.slice(0, live.keys.indexOf(firstShared))) : [];
  const end = live.first + live.keys.length;
  const below = end > shown.first + shown.keys.length ? fresh(live.keys.slice(live.keys.lastIndexOf(lastShared) + 1)) : [];
  let keys: readonly string[] = [...above, ...shown.keys, ...below];
  let first = Math.max(0, shown.first - above.length);
  // The list's ends decide: nothing can stand above index 0, and the last row is the last.
  if (live.first === 0 && above.length > 0) first = 0;
  const total = end >= live.total && below.length > 0 ? first + keys.length : Math.max(shown.total, first + keys.length);
  const cutTop = Math.max(0, live.first - margin - first);
  const cutEnd = Math.max(0, first + keys.length - (end + margin));
  keys = keys.slice(cutTop, keys.length - cutEnd);
  first += cutTop;
  return holdRows({ first, total, keys, rows: latestRows(keys, shown, live), gone: shown.gone }, live, gone);
}

function sameOrder(shown: Shown, live: RowWindow): boolean {
  const has = new Set(shown.keys);
  const before = shown.keys.filter((key) => live.rows.has(key));
  const after = live.keys.filter((key) => has.has(key));
  return before.length === after.length && before.every((key, index) => key === after[index]);
}

/** What waits: its numbers always add up to the difference between the two totals. */
export function countHeld(shown: Shown, live: RowWindow): Held {
  let added = live.total - (shown.total - shown.gone.size);
  let gone = shown.gone.size;
  if (added < 0) {
    gone -= added; // rows outside the window vanished as well
    added = 0;
  }
  const left = shown.keys.filter((key) => !live.rows.has(key) && !shown.gone.has(key)).length;
  const moved = sameOrder(shown, live) ? Math.max(0, left - added) : Math.max(1, left);
  return { added, gone, moved };
}
