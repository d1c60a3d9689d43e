// Tells the store when rows must stand still: while the pointer or the focus is in the body, rows are selected, or the
// list is scrolled.
import { type RefObject, useEffect } from 'react';
import type { ListStore } from '../../live/listStore';

export function useHold(store: ListStore, body: RefObject<HTMLElement | null>, selected: number): void {
  useEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    const enter = (event: PointerEvent): void => {
      if (event.pointerType !== 'touch') store.hold('pointer', true);
    };
    const leave = (): void => {
      store.hold('pointer', false);
    };
    const focus = (): void => {
      store.hold('focus', true);
    };
    const blur = (event: FocusEvent): void => {
      // A row that is drawn anew takes its focus along; only a focus that went elsewhere ends the hold.
      if (event.relatedTarget instanceof Node && element.contains(event.relatedTarget)) return;
      store.hold('focus', false);
    };
    element.addEventListener('pointerenter', enter);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focusin', focus);
    element.addEventListener('focusout', blur);
    return () => {
      element.removeEventListener('pointerenter', enter);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('focusin', focus);
      element.removeEventListener('focusout', blur);
      for (const reason of ['pointer', 'focus', 'scrolled'] as const) store.hold(reason, false);
    };
  }, [store, body]);
  useEffect(() => {
    store.hold('selection', selected > 0);
  }, [store, selected]);
}
