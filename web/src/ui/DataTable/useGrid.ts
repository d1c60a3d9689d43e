// The column model: which columns, in which order, how wide; and the selection. Rows are the loaded window only, so
// nothing is sorted or filtered here.
import {
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type CSSProperties, useMemo, useState, useSyncExternalStore } from 'react';
import type { Row, TableInfo } from '../../api/types';
import { tablePrefs } from '../../lib/store';
import { messageOf } from '../../status/status';
import { type GridColumn, gridColumns, quietWidth, selectWidth, tracksOf, visibility } from './columns';

const features = tableFeatures({
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
});

const helper = createColumnHelper<typeof features, Row>();

export type Selection = Readonly<Record<string, true>>;

export interface HeaderCell {
  readonly column: GridColumn;
  readonly width: number;
  /** A message where there is none: it leaves its room to others. */
  readonly quiet: boolean;
  readonly resizing: boolean;
  readonly startResize: (event: unknown) => void;
}

export interface Grid {
  readonly columns: readonly GridColumn[];
  readonly headers: readonly HeaderCell[];
  /** Widths as custom properties, so that a resize draws no row again. */
  readonly style: CSSProperties;
  readonly setWidth: (id: string, width: number) => void;
  readonly width: number;
}

/** Whether a row that was here had a message: once there was one, its column keeps its room. */
function useSaid(info: TableInfo, rows: readonly Row[], columns: readonly GridColumn[]): boolean {
  const [spoke, setSpoke] = useState('');
  const message = columns.find(({ type }) => type === 'message');
  if (message === undefined || spoke === info.id) return true;
  if (!rows.some(({ cells }) => messageOf(cells[message.cell]) !== '')) return false;
  setSpoke(info.id);
  return true;
}

export function useGrid(
  info: TableInfo,
  rows: readonly Row[],
  selection: Selection,
  setSelection: (next: Selection) => void,
): Grid {
  const stored = tablePrefs(info.id);
  const prefs = useSyncExternalStore(stored.subscribe, stored.get);
  const all = useMemo(() => gridColumns(info), [info]);
  const columns = useMemo(
    () =>
      helper.columns(
        all.map((column) =>
          helper.accessor((row) => row.cells[column.cell], {
            id: column.id,
            header: column.title,
            size: column.width,
            minSize: 56,
            maxSize: 1200,
            enableHiding: column.canHide,
          }),
        ),
      ),
    [all],
  );
  const pinning = useMemo(() => ({ start: all.filter(({ pinned }) => pinned).map(({ id }) => id), end: [] }), [all]);
  const shown = useMemo(() => visibility(info, prefs), [info, prefs]);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => row.key,
    columnResizeMode: 'onChange',
    state: { columnVisibility: shown, columnSizing: prefs.widths, columnPinning: pinning, rowSelection: selection },
    onColumnSizingChange: (updater) => {
      const widths = typeof updater === 'function' ? updater(stored.get().widths) : updater;
      stored.set({ ...stored.get(), widths });
    },
    onRowSelectionChange: (updater) => {
      setSelection(typeof updater === 'function' ? updater(selection) : updater);
    },
  });
  const said = useSaid(info, rows, all);
  const byId = new Map(all.map((column) => [column.id, column]));
  const headers = (table.getHeaderGroups()[0]?.headers ?? []).flatMap((header): HeaderCell[] => {
    const column = byId.get(header.column.id);
    if (column === undefined) return [];
    const quiet = !said && column.type === 'message' && prefs.widths[column.id] === undefined;
    return [{ column, width: quiet ? quietWidth : header.column.getSize(), quiet, resizing: header.column.getIsResizing(), startResize: header.getResizeHandler() }];
  });
  const drawn = useMemo(() => {
    const visible = all.filter(({ id }) => shown[id] === true);
    return [...visible.filter(({ pinned }) => pinned), ...visible.filter(({ pinned }) => !pinned)];
  }, [all, shown]);
  const tracks = tracksOf(headers.map(({ column, width, quiet }) => ({ id: column.id, width, chosen: quiet || prefs.widths[column.id] !== undefined })));
  const style: Record<string, string> = { '--grid': [`${selectWidth}px`, ...tracks].join(' ') };
  let left = selectWidth;
  for (const { column, width } of headers) {
    if (column.pinned) style[`--left-${column.id}`] = `${left}px`;
    left += width;
  }
  return {
    columns: drawn,
    headers,
    style,
    width: left,
    setWidth: (id, width) => {
      stored.set({ ...stored.get(), widths: { ...stored.get().widths, [id]: Math.max(56, Math.min(1200, width)) } });
    },
  };
}
