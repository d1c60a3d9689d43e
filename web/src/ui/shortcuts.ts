// Every key the page listens to, in one list: `?` shows it, and one listener runs it. A later registration of the same
// key wins while it stands (the innermost part of the page is mounted last).
import { useEffect, useEffectEvent } from 'react';

export interface Shortcut {
  readonly keys: readonly string[];
  readonly text: string;
  readonly group: 'Anywhere' | 'List' | 'Object';
  /** Also while typing. */
  readonly always?: boolean;
  /** false: not mine now, let the next one have it. */
  run(event: KeyboardEvent): boolean;
}

const registered: Shortcut[] = [];

export const shortcuts = (): readonly Shortcut[] => registered;

function keyOf(event: KeyboardEvent): string {
  const named = event.key.length === 1 ? event.key : event.key;
  return event.ctrlKey || event.metaKey ? `Ctrl-${named.toUpperCase()}` : named;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) && target.getAttribute('type') !== 'checkbox';
}

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const key = keyOf(event);
  const busy = isTyping(event.target) || document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null;
  for (const shortcut of [...registered].reverse()) {
    if (!shortcut.keys.includes(key) || (busy && shortcut.always !== true)) continue;
    if (shortcut.run(event)) {
      event.preventDefault();
      return;
    }
  }
}

export function useShortcut(shortcut: Shortcut): void {
  const run = useEffectEvent((event: KeyboardEvent) => shortcut.run(event));
  const { text, group, always = false } = shortcut;
  const keys = shortcut.keys.join('\n');
  useEffect(() => {
    const entry: Shortcut = { keys: keys.split('\n'), text, group, always, run: (event) => run(event) };
    registered.push(entry);
    return () => {
      registered.splice(registered.indexOf(entry), 1);
    };
  }, [keys, text, group, always]);
}
