// One row, the unit of drawing: a change of one object draws one row. Clicks are handled by the grid.
import { type CSSProperties, memo, type RefObject, useEffect, useRef } from 'react';
import type { Cell, Row } from '../../api/types';
import { cellText } from '../../lib/cells';
import { sameJson } from '../../lib/equal';
import { messageOf } from '../../status/status';
import { CellView } from '../CellView';
import { Name } from '../Name';
import type { GridColumn } from './columns';
import classes from './DataTable.module.css';

export interface BodyRowProps {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly GridColumn[];
  readonly namespaceCell: number;
  readonly selected: boolean;
  readonly gone: boolean;
  readonly active: boolean;
  readonly open: boolean;
  readonly href: string;
}

const quietMs = 5_000;

/** A changed cell gets a short tick at its left, at most once in five seconds a row. */
function useChangeTick(row: Row, element: RefObject<HTMLDivElement | null>, columns: readonly GridColumn[]): void {
  const last = useRef({ row, at: -quietMs });
  useEffect(() => {
    const { row: before, at } = last.current;
    if (before === row) return;
    const now = performance.now();
    last.current = { row, at };
    if (before.key !== row.key || now - at < quietMs || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    last.current = { row, at: now };
    for (const column of columns) {
      if (sameJson(before.cells[column.cell], row.cells[column.cell])) continue;
      const cell = element.current?.querySelector(`[data-column="${CSS.escape(column.id)}"]`);
      cell?.animate([{ opacity: 1 }, { opacity: 0 }], { duration: 1200, pseudoElement: '::before' });
    }
  }, [row, element, columns]);
}

const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : '');

export const BodyRow = memo(function BodyRow(props: BodyRowProps) {
  const { row, index, top, columns, namespaceCell, selected, gone, active, open, href } = props;
  const element = useRef<HTMLDivElement>(null);
  useChangeTick(row, element, columns);
  const namespace = namespaceCell < 0 ? '' : textOf(row.cells[namespaceCell]);
  return (
    <div
      ref={element}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-current={open ? 'true' : undefined}
      tabIndex={active ? 0 : -1}
      className={classes['row']}
      data-key={row.key}
      data-index={index}
      data-open={open}
      data-gone={gone}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className={classes['select']}>
        <input type="checkbox" tabIndex={-1} checked={selected} readOnly aria-label={`Select ${row.key}`} />
      </div>
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={classes['cell']}
          data-column={column.id}
          data-type={column.type}
          data-pinned={column.pinned}
          data-numeric={column.numeric}
          style={column.pinned ? ({ '--left': `var(--left-${column.id})` } as CSSProperties) : undefined}
        >
          {column.id === 'name' ? (
            <>
              <a href={href} tabIndex={-1} className={classes['name']}>
                <Name namespace={namespace} name={cellText('text', row.cells[column.cell])} />
              </a>
              {gone ? <span className={classes['goneMark']}>gone</span> : null}
            </>
          ) : (
            <CellView type={column.type} cell={row.cells[column.cell]} line />
          )}
        </div>
      ))}
    </div>
  );
});

export const PhoneRow = memo(function PhoneRow(props: BodyRowProps) {
  const { row, index, top, columns, namespaceCell, selected, gone, active, open, href } = props;
  const namespace = namespaceCell < 0 ? '' : textOf(row.cells[namespaceCell]);
  const name = columns.find(({ id }) => id === 'name');
  const status = columns.find(({ type }) => type === 'status');
  const times = columns.filter(({ type }) => type === 'time');
  const time = times.find(({ cell }) => (row.cells[cell] ?? null) !== null) ?? times[0];
  const trouble = status === undefined ? '' : messageOf(row.cells[status.cell]);
  // An event has a generated name and is about another object, which is what is looked for.
  const about = status === undefined ? columns.find(({ type }) => type === 'ref') : undefined;
  const taken = [name, status, about, ...times];
  const more = columns.filter((column) => column.type !== 'message' && !taken.includes(column) && !column.numeric && (row.cells[column.cell] ?? null) !== null).slice(0, status === undefined ? 3 : 1);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      className={classes['phoneRow']}
      data-key={row.key}
      data-index={index}
      data-open={open}
      data-gone={gone}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className={classes['phoneLine']}>
        <a href={href} tabIndex={-1} className={classes['name']}>
          {about === undefined ? (
            <Name namespace={namespace} name={name === undefined ? row.key : cellText('text', row.cells[name.cell])} />
          ) : (
            <span className="cut">{cellText('ref', row.cells[about.cell])}</span>
          )}
        </a>
        {gone ? <span className={classes['goneMark']}>gone</span> : null}
        {time === undefined ? null : (
          <span className={classes['phoneTime']}>
            <CellView type="time" cell={row.cells[time.cell]} line />
          </span>
        )}
      </div>
      <div role="gridcell" className={classes['phoneLine']}>
        {status === undefined ? null : (
          <span className={classes['phoneStatus']}>
            <CellView type="status" cell={row.cells[status.cell]} line />
          </span>
        )}
        {trouble === '' ? null : <span className={classes['phoneMore']}><span className="cut">{trouble}</span></span>}
        {(trouble === '' ? more : []).map((column) => (
          <span key={column.id} className={classes['phoneMore']}>
            <CellView type={column.type} cell={row.cells[column.cell]} line />
          </span>
        ))}
      </div>
    </div>
  );
});
