// From the served description of a table to the columns that are drawn: the namespace stands in the name's cell, the
// first columns are pinned, the last one takes what is left.
import type { CellType, Column, TableInfo } from '../../api/types';
import { isNumeric } from '../../lib/cells';
import type { TablePrefs } from '../../lib/store';

export interface GridColumn {
  readonly id: string;
  readonly title: string;
  readonly type: CellType;
  /** Where its value stands in a row's cells. */
  readonly cell: number;
  readonly sortable: boolean;
  readonly pinned: boolean;
  readonly numeric: boolean;
  readonly width: number;
  readonly explanation: string | undefined;
  readonly canHide: boolean;
}

const widths: Readonly<Record<CellType, number>> = {
  text: 220,
  mono: 160,
  number: 80,
  time: 84,
  duration: 88,
  status: 168,
  ratio: 76,
  ref: 216,
  refs: 240,
  revision: 168,
  url: 260,
  flag: 76,
  tally: 180,
  labels: 220,
  list: 180,
  entries: 180,
  message: 260,
};

export const selectWidth = 32;
export const nameWidth = 300;
/** Of a message while no row has one. */
export const quietWidth = 88;

/** A title is not cut, and a state has room for its word and a badge. */
function leastWidth({ title, type, sortable }: Column): number {
  return Math.max(type === 'status' ? 200 : 0, Math.ceil(title.length * 7.2) + (sortable ? 34 : 20));
}

function isPinned({ id, type }: Column): boolean {
  return id === 'name' || (id === 'status' && type === 'status');
}

export function gridColumns(table: TableInfo): readonly GridColumn[] {
  const status = table.columns.findIndex(({ type }) => type === 'status');
  const merged = table.columns.some(({ id }) => id === 'name') && table.columns.some(({ id }) => id === 'namespace');
  return table.columns.flatMap((column, cell) => {
    if (merged && column.id === 'namespace') return [];
    const pinned = isPinned(column);
    return {
      id: column.id,
      title: column.title,
      type: column.type,
      cell: column.type === 'message' ? status : cell,
      sortable: column.sortable,
      pinned,
      numeric: isNumeric(column.type),
      width: Math.max(column.width ?? (column.id === 'name' ? nameWidth : widths[column.type]), leastWidth(column)),
      explanation: column.explanation,
      canHide: !pinned,
    };
  });
}

interface Sized {
  readonly id: string;
  readonly width: number;
  /** By the person, who is obeyed. */
  readonly chosen: boolean;
}

const roomyName = 440;

/** What is left goes to the message where there is one, else to the name, up to what names need; then to the last column. */
export function tracksOf(columns: readonly Sized[]): readonly string[] {
  const message = columns.some(({ id, chosen }) => id === 'message' && !chosen);
  return columns.map(({ id, width, chosen }, index) => {
    if (message) return id === 'message' ? `minmax(${width}px, 1fr)` : `${width}px`;
    if (index === columns.length - 1) return `minmax(${width}px, 1fr)`;
    return id === 'name' && !chosen && width < roomyName ? `minmax(${width}px, ${roomyName}px)` : `${width}px`;
  });
}

export const cellIndex = (table: TableInfo, id: string): number => table.columns.findIndex((column) => column.id === id);

/** What the server suggests, unless the person chose otherwise. */
export function visibility(table: TableInfo, prefs: TablePrefs): Record<string, boolean> {
  const shown: Record<string, boolean> = {};
  for (const column of table.columns) {
    if (isPinned(column)) shown[column.id] = true;
    else if (prefs.hidden.includes(column.id)) shown[column.id] = false;
    else shown[column.id] = column.shown || prefs.shown.includes(column.id);
  }
  return shown;
}

export function withVisibility(table: TableInfo, prefs: TablePrefs, next: Readonly<Record<string, boolean>>): TablePrefs {
  const hidden: string[] = [];
  const shown: string[] = [];
  for (const column of table.columns) {
    const on = next[column.id] ?? column.shown;
    if (on && !column.shown) shown.push(column.id);
    if (!on && column.shown) hidden.push(column.id);
  }
  return { ...prefs, hidden, shown };
}
