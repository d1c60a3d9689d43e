// Which rows to ask for: what is seen and a margin around it, in steps, so that a slow scroll does not ask for each row.
export interface Asked {
  readonly first: number;
  readonly count: number;
}

const margin = 60;
const step = 50;
export const longest = 500; // the contract's limit

export function askFor(firstSeen: number, lastSeen: number): Asked {
  const first = Math.max(0, Math.floor((firstSeen - margin) / step) * step);
  const end = Math.ceil((lastSeen + 1 + margin) / step) * step;
  return { first, count: Math.min(longest, Math.max(4 * step, end - first)) };
}

/** Is a new question needed, or does the one asked still cover what is seen with some room? */
export function covers(asked: Asked, firstSeen: number, lastSeen: number, total: number): boolean {
  const room = 20;
  const top = asked.first === 0 || firstSeen - asked.first >= room;
  const end = asked.first + asked.count;
  return top && (end >= total || end - lastSeen >= room);
}

/** After rows moved: the scroll position at which the row that was first on the screen stands where it stood. */
export function anchored(scrollTop: number, rowHeight: number, before: number, after: number): number {
  return Math.max(0, scrollTop + (after - before) * rowHeight);
}
