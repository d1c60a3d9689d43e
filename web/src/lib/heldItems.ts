// A short list that stands still while somebody points at it: the items he saw keep their places and show their newest
// content; what came, went or changed places is counted and waits.
export interface HeldItem<T> {
  readonly item: T;
  readonly gone: boolean;
}

export interface HeldItems<T> {
  readonly items: readonly HeldItem<T>[];
  readonly added: number;
  readonly gone: number;
  readonly moved: number;
}

export function heldItems<T>(frozen: readonly T[] | undefined, live: readonly T[], keyOf: (item: T) => string): HeldItems<T> {
  if (frozen === undefined) return { items: live.map((item) => ({ item, gone: false })), added: 0, gone: 0, moved: 0 };
  const newest = new Map(live.map((item) => [keyOf(item), item]));
  const known = new Set(frozen.map(keyOf));
  const items = frozen.map((item) => {
    const now = newest.get(keyOf(item));
    return { item: now ?? item, gone: now === undefined };
  });
  const before = frozen.map(keyOf).filter((key) => newest.has(key));
  const after = live.map(keyOf).filter((key) => known.has(key));
  return {
    items,
    added: live.length - after.length,
    gone: frozen.length - before.length,
    moved: before.some((key, index) => key !== after[index]) ? 1 : 0,
  };
}
