// What the object has applied, and below it what that has applied or made, down to pods. The worst first, as it is
// served; only what is on the screen is asked for.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { StatusName, Tree, TreeQuery, TreeRow } from '../../../api/types';
import { openObject } from '../../../lib/place';
import { formatCount } from '../../../lib/number';
import { useLiveTree } from '../../../live/hooks';
import { StatusIcon } from '../../../status/Status';
import { statuses } from '../../../status/status';
import controls from '../../../ui/controls.module.css';
import { Icon } from '../../../ui/icons';
import { useNavigation } from '../../../ui/navigation';
import { Linked } from '../../../ui/ObjectLink';
import { allOpen, closed, notes, type Opened, secondLine, step, toggled } from './inventory';
import classes from './InventoryTree.module.css';

const lineHeight = 30;
const messageHeight = 18;
const around = 100; // rows asked for before and behind those on the screen
const filterDelayMs = 150;

const isStatus = (word: string): word is StatusName => word in statuses;

function Counts({ counts }: { readonly counts: Tree['counts'] }) {
  const words: Readonly<Record<string, string>> = { Missing: 'do not exist', NotWatched: 'not watched' };
  return (
    <ul className={classes['counts']} aria-label="By state">
      {Object.entries(counts).map(([word, count]) => (
        <li key={word}>
          {isStatus(word) ? <StatusIcon status={word} /> : null}
          {formatCount(count)} {words[word] ?? word}
        </li>
      ))}
    </ul>
  );
}

interface RowProps {
  readonly row: TreeRow;
  readonly index: number;
  readonly active: boolean;
  readonly onToggle: () => void;
}

function TreeItem({ row, index, active, onToggle }: RowProps) {
  const { children, open, depth, ref, status, missing } = row;
  const linked = { ref, ...(status === undefined ? {} : { status }), ...(missing === undefined ? {} : { missing }) };
  const more = secondLine(row);
  return (
    <div role="treeitem" className={classes['row']} aria-level={depth + 1} {...(children === undefined ? {} : { 'aria-expanded': open === true })} tabIndex={active ? 0 : -1} data-index={index} style={{ paddingLeft: 8 + depth * 20 }}>
      <div className={classes['line']}>
        {children === undefined ? (
          <span className={classes['twist']} />
        ) : (
          <button type="button" className={classes['twist']} tabIndex={-1} aria-label={`${open === true ? 'Close' : 'Open'} ${ref.kind} ${ref.name}`} onClick={onToggle}>
            <Icon name={open === true ? 'down' : 'right'} size={12} />
          </button>
        )}
        <Linked linked={linked} tabIndex={-1} />
        {children === undefined ? null : <span className={classes['children']}>{formatCount(children)}</span>}
      </div>
      {more === '' ? null : <p className={classes['message']} data-tip-cut={more}>{more}</p>}
    </div>
  );
}

interface RowsProps {
  readonly tree: Tree;
  readonly onWindow: (first: number, count: number) => void;
  readonly onToggle: (id: string) => void;
}

function Rows({ tree, onWindow, onToggle }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const moved = useRef(false);
  const { place, go } = useNavigation();
  const at = (index: number): TreeRow | undefined => tree.rows[index - tree.first];
  // eslint-disable-next-line react-hooks/incompatible-library -- rows are drawn from the tree, not from the virtualizer
  const virtual = useVirtualizer({
    count: tree.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = at(index);
      return lineHeight + (row !== undefined && secondLine(row) !== '' ? messageHeight : 0);
    },
    overscan: 10,
  });
  useEffect(() => {
    virtual.measure();
  }, [virtual, tree]);
  const start = virtual.range?.startIndex ?? 0;
  const end = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    const here = start >= tree.first && Math.min(end, tree.length - 1) < tree.first + tree.rows.length;
    if (!here) onWindow(Math.max(0, start - around), Math.min(500, end - start + 2 * around));
  });
  const focused = Math.min(active, Math.max(0, tree.length - 1));
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    virtual.scrollToIndex(focused, { align: 'auto' });
    scroller.current?.querySelector<HTMLElement>(`[data-index="${String(focused)}"]`)?.focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = at(focused);
    if (event.key === 'Enter' && row !== undefined) {
      const { table, namespace, name } = row.ref;
      if (table !== undefined) go(openObject(place, { table, namespace, name }));
      event.preventDefault();
      return;
    }
    const next = step(event.key, tree.rows, focused - tree.first);
    if (next === undefined || row === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if ('open' in next) {
      onToggle(row.id);
      return;
    }
    moved.current = true;
    setActive(tree.first + next.to);
  };
  return (
    <div ref={scroller} className={classes['rows']} role="tree" aria-label="Objects" onKeyDown={onKeyDown} onFocus={({ target }) => { const item = target.closest<HTMLElement>('[data-index]'); if (item !== null) setActive(Number(item.dataset['index'])); }}>
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start: top, size }) => {
          const row = at(index);
          return (
            <div key={index} role="presentation" className={classes['place']} style={{ height: size, transform: `translateY(${String(top)}px)` }}>
              {row === undefined ? <span className={classes['skeleton']} /> : <TreeItem row={row} index={index} active={index === focused} onToggle={() => { onToggle(row.id); }} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface InventoryTreeProps {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
}

export function InventoryTree({ table, namespace, name }: InventoryTreeProps) {
  const [opened, setOpened] = useState<Opened>(closed);
  const [text, setText] = useState('');
  const [filter, setFilter] = useState('');
  const [{ first, count }, setWindow] = useState({ first: 0, count: 2 * around });
  useEffect(() => {
    const timer = setTimeout(() => {
      setFilter(text.trim());
      setWindow({ first: 0, count: 2 * around });
    }, text === '' ? 0 : filterDelayMs);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  const query = useMemo<TreeQuery>(
    () => ({ type: 'tree', table, name, ...(namespace === '' ? {} : { namespace }), ...(filter === '' ? {} : { filter }), openAll: opened.all, opened: [...opened.but], first, count }),
    [table, namespace, name, filter, opened, first, count],
  );
  const { value: tree, phase, problem } = useLiveTree(query).snapshot;
  if (tree === undefined) {
    const gone = phase === 'missing' ? 'Nothing is known of what it has applied.' : problem?.text;
    return gone === undefined ? <div className={classes['loading']} role="status" aria-label="Reading the inventory" /> : <p className={classes['none']}>{gone}</p>;
  }
  return (
    <section className={classes['tree']} aria-label="Inventory">
      <div className={classes['head']}>
        {notes(tree).map((note) => (
          <p key={note} className={classes['note']}>{note}</p>
        ))}
        {tree.total === 0 ? <p className={classes['note']}>{tree.told ? 'Nothing is applied.' : 'None is seen.'}</p> : <Counts counts={tree.counts} />}
        <div className={classes['tools']}>
          <input className={classes['filter']} type="search" placeholder="Find by kind, name, state" aria-label="Filter the inventory" value={text} onChange={({ currentTarget }) => { setText(currentTarget.value); }} />
          <button type="button" className={controls['button']} disabled={filter !== ''} onClick={() => { setOpened(opened.all ? closed : allOpen); }}>{opened.all ? 'Close all' : 'Open all'}</button>
        </div>
      </div>
      {tree.length === 0 && filter !== '' ? <p className={classes['none']}>None of them matches.</p> : null}
      <Rows tree={tree} onWindow={(from, rows) => { setWindow({ first: from, count: rows }); }} onToggle={(id) => { setOpened(toggled(opened, id)); }} />
    </section>
  );
}
