// The sticky header: sorting by click or Enter, widths by dragging or with the arrow keys.
import type { CSSProperties, KeyboardEvent } from 'react';
import { Icon } from '../icons';
import classes from './DataTable.module.css';
import type { Grid, HeaderCell } from './useGrid';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

interface HeaderProps {
  readonly grid: Grid;
  readonly sort: Sort;
  readonly onSort: (column: string) => void;
  readonly allSelected: boolean;
  readonly onSelectAll: () => void;
  /** The namespace shares the name's column. */
  readonly namespaceSortable: boolean;
}

function SortButton({ id, title, sort, onSort, tip }: { readonly id: string; readonly title: string; readonly sort: Sort; readonly onSort: (id: string) => void; readonly tip: string | undefined }) {
  const on = sort.column === id;
  return (
    <button type="button" className={classes['sort']} data-on={on} data-tip={tip} onClick={() => { onSort(id); }}>
      <span className="cut">{title}</span>
      {on ? <Icon name={sort.descending ? 'arrowDown' : 'up'} size={12} /> : null}
    </button>
  );
}

function Resizer({ header, setWidth }: { readonly header: HeaderCell; readonly setWidth: Grid['setWidth'] }) {
  const { column, width } = header;
  const keys = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -16 : event.key === 'ArrowRight' ? 16 : 0;
    if (by === 0) return;
    event.preventDefault();
    setWidth(column.id, width + by);
  };
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.title}`}
      aria-valuenow={width}
      aria-valuemin={56}
      aria-valuemax={1200}
      tabIndex={0}
      className={classes['resizer']}
      data-on={header.resizing}
      onMouseDown={header.startResize}
      onTouchStart={header.startResize}
      onKeyDown={keys}
      onDoubleClick={() => { setWidth(column.id, column.width); }}
    />
  );
}

export function HeaderRow({ grid, sort, onSort, allSelected, onSelectAll, namespaceSortable }: HeaderProps) {
  return (
    <div role="row" aria-rowindex={1} className={classes['header']}>
      <div role="columnheader" className={classes['select']} aria-label="Selection">
        <input type="checkbox" aria-label="Select all loaded rows" checked={allSelected} onChange={onSelectAll} />
      </div>
      {grid.headers.map((header) => {
        const { column } = header;
        const both = column.id === 'name' && namespaceSortable;
        const sorted = sort.column === column.id || (both && sort.column === 'namespace');
        return (
          <div
            key={column.id}
            role="columnheader"
            className={classes['head']}
            data-pinned={column.pinned}
            data-numeric={column.numeric}
            style={column.pinned ? ({ '--left': `var(--left-${column.id})` } as CSSProperties) : undefined}
            {...(sorted ? { 'aria-sort': sort.descending ? ('descending' as const) : ('ascending' as const) } : {})}
          >
            {both ? <SortButton id="namespace" title="Namespace" sort={sort} onSort={onSort} tip={undefined} /> : null}
            {both ? <span className="dim">/</span> : null}
            {column.sortable ? (
              <SortButton id={column.id} title={column.title} sort={sort} onSort={onSort} tip={column.explanation} />
            ) : (
              <span className={classes['title']} data-tip={column.explanation}>{column.title}</span>
            )}
            <Resizer header={header} setWidth={grid.setWidth} />
          </div>
        );
      })}
    </div>
  );
}
