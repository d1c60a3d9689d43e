// The one list: server-sorted, server-filtered, virtual. Rows have a fixed height and never move under the pointer.
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Row, TableInfo } from '../../api/types';
import type { ListSnapshot, ListStore } from '../../live/listStore';
import { BodyRow, PhoneRow } from './BodyRow';
import { cellIndex } from './columns';
import classes from './DataTable.module.css';
import { HeaderRow, type Sort } from './HeaderRow';
import { type Selection, useGrid } from './useGrid';
import { useHold } from './useHold';
import { useListKeys } from './useListKeys';
import { useRoving } from './useRoving';
import { anchored, type Asked, askFor, covers } from './window';

export interface DataTableProps {
  readonly info: TableInfo;
  readonly store: ListStore;
  readonly list: ListSnapshot;
  readonly sort: Sort;
  /** The filter: another one starts at the top. */
  readonly filter: string;
  readonly onSort: (column: string) => void;
  readonly selection: Selection;
  readonly onSelect: (next: Selection) => void;
  readonly openKey: string | undefined;
  readonly onOpen: (row: Row) => void;
  /** The row the keys stand on changed while an object is open beside the list. */
  readonly onFollow: (row: Row) => void;
  readonly hrefOf: (row: Row) => string;
  readonly rowHeight: number;
  readonly phone: boolean;
}

const skeletons = 12;

function toggle(selection: Selection, key: string): Selection {
  if (selection[key] !== true) return { ...selection, [key]: true };
  return Object.fromEntries(Object.entries(selection).filter(([other]) => other !== key));
}

export function DataTable(props: DataTableProps) {
  const { info, store, list, sort, filter, onSort, selection, onSelect, openKey, onOpen, onFollow, hrefOf, rowHeight, phone } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const asked = useRef<Asked>({ first: 0, count: 200 });
  const anchor = useRef<{ readonly key: string | undefined; readonly index: number }>({ key: undefined, index: 0 });
  const rows = useMemo(() => list.keys.flatMap((key) => list.rows.get(key) ?? []), [list.keys, list.rows]);
  const grid = useGrid(info, rows, selection, onSelect);
  const loading = list.phase === 'loading';
  const count = loading ? skeletons : list.length;

  const activeRef = useRef(0);
  // eslint-disable-next-line react-hooks/incompatible-library -- rows are memoised by their data, not by the virtualizer
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: phone ? 0 : 28,
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), Math.min(activeRef.current, Math.max(0, count - 1))])].sort((a, b) => a - b),
  });
  const roving = useRoving({
    list,
    body,
    scrollToIndex: (index) => { virtual.scrollToIndex(index, { align: 'auto' }); },
    onActive: (key) => {
      const row = list.rows.get(key);
      if (row !== undefined) onFollow(row);
    },
  });
  useEffect(() => {
    activeRef.current = roving.activeIndex;
  });
  useEffect(() => {
    virtual.measure();
  }, [virtual, rowHeight]);
  useHold(store, body, Object.keys(selection).length);

  const firstSeen = virtual.range?.startIndex ?? 0;
  const lastSeen = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (loading || covers(asked.current, firstSeen, lastSeen, list.length)) return;
    asked.current = askFor(firstSeen, lastSeen);
    store.setWindow(asked.current.first, asked.current.count);
  }, [store, loading, firstSeen, lastSeen, list.length]);

  // Another question starts at its top.
  useEffect(() => {
    asked.current = { first: 0, count: 200 };
    store.setWindow(0, 200);
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [store, sort.column, sort.descending, filter]);

  useLayoutEffect(() => {
    const element = scroller.current;
    const { key, index } = anchor.current;
    if (element === null || key === undefined || element.scrollTop === 0) return;
    const at = list.keys.indexOf(key);
    if (at >= 0 && list.first + at !== index) element.scrollTop = anchored(element.scrollTop, rowHeight, index, list.first + at);
  }, [list.keys, list.first, rowHeight]);
  useEffect(() => {
    anchor.current = { key: list.keys[firstSeen - list.first], index: firstSeen };
  });

  const rowAt = (index: number): Row | undefined => {
    const key = list.keys[index - list.first];
    return key === undefined ? undefined : list.rows.get(key);
  };
  useListKeys({ roving, rowAt, page: Math.max(1, lastSeen - firstSeen - 1), length: list.length, store, selection, onSelect, onOpen, toggle, body });

  const click = (event: MouseEvent): void => {
    if (!(event.target instanceof Element)) return;
    const { target } = event;
    const element = target.closest<HTMLElement>('[data-key]');
    const key = element?.dataset['key'];
    const row = key === undefined ? undefined : list.rows.get(key);
    if (row === undefined || key === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    roving.activate(key, Number(element?.dataset['index']));
    if (target.closest('input') !== null) {
      onSelect(toggle(selection, key));
      return;
    }
    if (target.closest('a') !== null && target.closest(`.${classes['name'] ?? ''}`) === null) return;
    event.preventDefault();
    element?.focus({ preventScroll: true });
    onOpen(row);
  };

  const Drawn = phone ? PhoneRow : BodyRow;
  const namespaceCell = cellIndex(info, 'namespace');
  const allSelected = rows.length > 0 && rows.every(({ key }) => selection[key] === true);
  const namespaceSortable = info.columns.some(({ id, sortable }) => id === 'namespace' && sortable) && info.namespaced;
  return (
    <div ref={scroller} className={classes['scroller']} style={{ ...grid.style, '--row': `${rowHeight}px` } as CSSProperties} onScroll={(event) => { store.hold('scrolled', event.currentTarget.scrollTop > 0); }}>
      <div role="grid" aria-label={info.title} aria-rowcount={loading ? -1 : (list.total ?? -1) + 1} aria-colcount={phone ? 1 : grid.columns.length + 1} aria-busy={loading || list.pending} className={classes['grid']} style={phone ? undefined : { minWidth: grid.width }} data-pending={list.pending}>
        {phone ? null : <HeaderRow grid={grid} sort={sort} onSort={onSort} allSelected={allSelected} onSelectAll={() => { onSelect(allSelected ? {} : Object.fromEntries(rows.map(({ key }) => [key, true as const]))); }} namespaceSortable={namespaceSortable} />}
        <div ref={body} role="rowgroup" className={classes['body']} style={{ height: virtual.getTotalSize() }} onClick={click}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rowAt(index);
            if (row === undefined) return <Skeleton key={`index ${index}`} top={start} phone={phone} />;
            return <Drawn key={row.key} row={row} index={index} top={start} columns={grid.columns} namespaceCell={namespaceCell} selected={selection[row.key] === true} gone={list.gone.has(row.key)} active={index === roving.activeIndex} open={row.key === openKey} href={hrefOf(row)} />;
          })}
        </div>
      </div>
    </div>
  );
}

function Skeleton({ top, phone }: { readonly top: number; readonly phone: boolean }) {
  return (
    <div className={phone ? classes['phoneSkeleton'] : classes['skeleton']} style={{ transform: `translateY(${top}px)` }} aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}
