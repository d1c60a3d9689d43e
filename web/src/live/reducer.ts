// (window, reset | delta) -> window. Pure. A gap in the sequence, or an order that names other rows than the window
// has, means that page and server no longer agree: the answer is 'resync'.
import type { DeltaFrame, ResetFrame, Row } from '../api/types';
import { sameJson } from '../lib/equal';

export interface RowWindow {
  readonly seq: number;
  readonly total: number;
  readonly unfiltered: number;
  readonly elsewhere: number | undefined;
  readonly first: number;
  readonly keys: readonly string[];
  readonly rows: ReadonlyMap<string, Row>;
}

/** Keeps the old object for a row that is the same, so that only changed rows are drawn again. */
function keep(old: ReadonlyMap<string, Row> | undefined, row: Row): Row {
  const before = old?.get(row.key);
  return before !== undefined && sameJson(before, row) ? before : row;
}

function reset(window: RowWindow | undefined, frame: ResetFrame): RowWindow | 'resync' {
  const rows = new Map<string, Row>();
  for (const row of frame.rows) rows.set(row.key, keep(window?.rows, row));
  if (rows.size !== frame.rows.length) return 'resync';
  const { seq, total, unfiltered, elsewhere, first } = frame;
  return { seq, total, unfiltered, elsewhere, first, keys: [...rows.keys()], rows };
}

function delta(window: RowWindow, frame: DeltaFrame): RowWindow | 'resync' {
  const rows = new Map(window.rows);
  for (const key of frame.removes) rows.delete(key);
  for (const row of frame.upserts) rows.set(row.key, keep(window.rows, row));
  let keys: readonly string[];
  if (frame.order !== undefined) {
    if (frame.order.length !== rows.size || new Set(frame.order).size !== rows.size) return 'resync';
    if (!frame.order.every((key) => rows.has(key))) return 'resync';
    keys = frame.order;
  } else if (frame.removes.length === 0 && rows.size === window.keys.length) {
    keys = window.keys; // the usual case: cells changed and nothing moved
  } else {
    keys = [...window.keys.filter((key) => rows.has(key)), ...[...rows.keys()].filter((key) => !window.rows.has(key))];
  }
  const { seq, total, unfiltered, elsewhere, first } = frame;
  return { seq, total, unfiltered, elsewhere, first, keys, rows };
}

export function reduce(window: RowWindow | undefined, frame: ResetFrame | DeltaFrame): RowWindow | 'resync' {
  if (frame.type === 'reset') return reset(window, frame);
  if (window === undefined) return 'resync';
  return delta(window, frame);
}
