// The keys of a list: j k Enter x r, arrows, page up and down, ends.
import type { RefObject } from 'react';
import type { Row } from '../../api/types';
import { isHeld } from '../../live/hold';
import type { ListStore } from '../../live/listStore';
import { useShortcut } from '../shortcuts';
import type { Selection } from './useGrid';
import type { Roving } from './useRoving';

interface Options {
  readonly roving: Roving;
  readonly rowAt: (index: number) => Row | undefined;
  readonly page: number;
  readonly length: number;
  readonly store: ListStore;
  readonly selection: Selection;
  readonly onSelect: (next: Selection) => void;
  readonly onOpen: (row: Row) => void;
  readonly toggle: (selection: Selection, key: string) => Selection;
  readonly body: RefObject<HTMLElement | null>;
}

export function useListKeys({ roving, rowAt, page, length, store, selection, onSelect, onOpen, toggle, body }: Options): void {
  const inside = (): boolean => body.current?.contains(document.activeElement) === true;
  const step = (by: number, always: boolean): boolean => {
    if (length === 0 || (!always && !inside())) return false;
    roving.move(by);
    return true;
  };
  const jump = (index: number, always: boolean): boolean => {
    if (length === 0 || (!always && !inside())) return false;
    roving.moveTo(index);
    return true;
  };
  const active = (): Row | undefined => (inside() ? rowAt(roving.activeIndex) : undefined);
  useShortcut({ group: 'List', keys: ['j'], text: 'next row', run: () => step(1, true) });
  useShortcut({ group: 'List', keys: ['k'], text: 'row before', run: () => step(-1, true) });
  useShortcut({ group: 'List', keys: ['ArrowDown'], text: 'next row', run: () => step(1, false) });
  useShortcut({ group: 'List', keys: ['ArrowUp'], text: 'row before', run: () => step(-1, false) });
  useShortcut({ group: 'List', keys: ['PageDown'], text: 'a screen down', run: () => step(page, false) });
  useShortcut({ group: 'List', keys: ['PageUp'], text: 'a screen up', run: () => step(-page, false) });
  useShortcut({ group: 'List', keys: ['Home'], text: 'first row', run: () => jump(0, false) });
  useShortcut({ group: 'List', keys: ['End', 'G'], text: 'last row', run: () => jump(length - 1, true) });
  useShortcut({
    group: 'List',
    keys: ['Enter'],
    text: 'open; again: go into it',
    run: () => {
      const row = active();
      if (row !== undefined) onOpen(row);
      return row !== undefined;
    },
  });
  useShortcut({
    group: 'List',
    keys: ['x', ' '],
    text: 'select',
    run: () => {
      const row = active();
      if (row !== undefined) onSelect(toggle(selection, row.key));
      return row !== undefined;
    },
  });
  useShortcut({
    group: 'List',
    keys: ['r'],
    text: 'apply the changes that wait',
    run: () => {
      if (!isHeld(store.getSnapshot().held)) return false;
      store.apply();
      return true;
    },
  });
}
