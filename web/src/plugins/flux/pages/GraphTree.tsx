// The graph as text: a tree that is walked with arrow keys and read by a screen reader.
import { type KeyboardEvent, useRef, useState } from 'react';
import { displayName } from '../../../lib/name';
import { StatusIcon } from '../../../status/Status';
import { Icon } from '../../../ui/icons';
import { stateWords } from '../graph/look';
import type { View } from '../graph/model';
import { type TreeItem, treeOf } from '../graph/tree';
import classes from './GraphPage.module.css';

const openUpTo = 200;

const plainName = (key: string): string => {
  const [kind = '', namespace = '', ...name] = key.split('/');
  return `${kind} ${displayName(namespace === '-' ? '' : namespace, name.join('/'))}`;
};

interface GraphTreeProps {
  readonly view: View;
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
  readonly onOpen: (key: string) => void;
}

function Item({ item, open, current, onToggle, onSelect, onOpen }: { readonly item: TreeItem; readonly open: boolean; readonly current: boolean; readonly onToggle: () => void; readonly onSelect: () => void; readonly onOpen: () => void }) {
  const { node, depth, children, also, index, siblings } = item;
  const word = node.status ?? stateWords[node.state];
  return (
    <li
      role="treeitem"
      aria-level={depth}
      aria-setsize={siblings}
      aria-posinset={index + 1}
      aria-selected={current}
      {...(children === 0 ? {} : { 'aria-expanded': open })}
      data-key={node.key}
      tabIndex={current ? 0 : -1}
      className={classes['item']}
      data-context={node.context}
      style={{ paddingLeft: `calc(var(--gutter) + ${(depth - 1) * 20}px)` }}
      onClick={onSelect}
      onDoubleClick={onOpen}
    >
      <span className={classes['twist']} onClick={onToggle} aria-hidden="true">{children === 0 ? null : <Icon name={open ? 'down' : 'right'} size={12} />}</span>
      {node.status === undefined ? null : <StatusIcon status={node.status} />}
      <span className="dim">{node.kind}</span> <span className={classes['itemName']}>{displayName(node.namespace, node.name)}</span>
      {node.members > 1 ? <span className="dim">{node.members} objects</span> : null}
      <span className={classes['word']}>{word}</span>
      {node.cause === undefined ? null : <span className={classes['also']}>because of {plainName(node.cause)}</span>}
      {also.length === 0 ? null : <span className={classes['also']}>needs {also.map(plainName).join(', ')}</span>}
    </li>
  );
}

export function GraphTree({ view, selected, onSelect, onOpen }: GraphTreeProps) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const root = useRef<HTMLUListElement>(null);
  const allOpen = view.nodes.length <= openUpTo;
  const isOpen = (key: string): boolean => turned.has(key) !== allOpen;
  const items = treeOf(view, isOpen);
  const at = Math.max(0, items.findIndex(({ node }) => node.key === selected));
  const toggle = (key: string): void => {
    const next = new Set(turned);
    if (!next.delete(key)) next.add(key);
    setTurned(next);
  };
  const go = (index: number): void => {
    const item = items[index];
    if (item === undefined) return;
    onSelect(item.node.key);
    root.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(item.node.key)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const item = items[at];
    if (item === undefined) return;
    const { key } = item.node;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => { go(at + 1); },
      ArrowUp: () => { go(at - 1); },
      Home: () => { go(0); },
      End: () => { go(items.length - 1); },
      Enter: () => { onOpen(key); },
      ArrowRight: () => {
        if (item.children > 0 && !isOpen(key)) toggle(key);
        else if (item.children > 0) go(at + 1);
      },
      ArrowLeft: () => {
        if (item.children > 0 && isOpen(key)) toggle(key);
        else go(items.findLastIndex(({ depth }, index) => index < at && depth < item.depth));
      },
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };
  return (
    <ul role="tree" ref={root} aria-label="What comes from what" className={classes['tree']} onKeyDown={onKeyDown}>
      {items.map((item, index) => (
        <Item
          key={item.node.key}
          item={item}
          open={isOpen(item.node.key)}
          current={index === at}
          onToggle={() => { toggle(item.node.key); }}
          onSelect={() => { onSelect(item.node.key); }}
          onOpen={() => { onOpen(item.node.key); }}
        />
      ))}
    </ul>
  );
}
