// One tab stop for the whole grid: the active row. It is known by its key, so that it stays the same object when rows
// move, and by its index while its row is still on the way.
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { ListSnapshot } from '../../live/listStore';

export interface Roving {
  readonly activeIndex: number;
  readonly activeKey: string | undefined;
  readonly move: (by: number) => void;
  readonly moveTo: (index: number) => void;
  readonly activate: (key: string, index: number) => void;
}

interface Options {
  readonly list: ListSnapshot;
  readonly body: RefObject<HTMLDivElement | null>;
  readonly scrollToIndex: (index: number) => void;
  readonly onActive: (key: string) => void;
}

export function useRoving({ list, body, scrollToIndex, onActive }: Options): Roving {
  const [active, setActive] = useState<{ readonly key: string | undefined; readonly index: number }>({ key: undefined, index: 0 });
  // The row that shall get the focus once it is there. An index, not a flag: effects of an earlier drawing may run
  // after the next key, and must not take its wish for theirs.
  const wanted = useRef<number>(undefined);
  const at = active.key === undefined ? -1 : list.keys.indexOf(active.key);
  const activeIndex = at >= 0 ? list.first + at : Math.min(active.index, Math.max(0, list.length - 1));
  const activeKey = at >= 0 ? active.key : list.keys[activeIndex - list.first];

  useEffect(() => {
    if (wanted.current !== activeIndex || activeKey === undefined) return;
    const row = body.current?.querySelector(`[data-index="${activeIndex}"]`);
    if (!(row instanceof HTMLElement)) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
    onActive(activeKey);
  });

  const moveTo = (index: number): void => {
    if (list.length === 0) return;
    const next = Math.max(0, Math.min(list.length - 1, index));
    wanted.current = next;
    setActive({ key: list.keys[next - list.first], index: next });
    scrollToIndex(next);
  };
  return {
    activeIndex,
    activeKey,
    moveTo,
    move: (by) => {
      // The first key press takes the row the reader is at, not the one after it.
      const inside = body.current?.contains(document.activeElement) === true || active.key !== undefined;
      moveTo(inside ? activeIndex + by : activeIndex);
    },
    activate: (key, index) => {
      setActive({ key, index });
    },
  };
}
