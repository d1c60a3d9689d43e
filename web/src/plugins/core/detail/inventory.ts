// What a person reads of an inventory, and how its tree is walked.
import type { Tree, TreeRow } from '../../../api/types';
import { plural } from '../../../lib/number';

function withoutInventory(kinds: readonly string[] | undefined): string {
  if (kinds === undefined) return 'It keeps no inventory. These are the objects that carry its labels, of the kinds that are watched.';
  return `Its status names kinds, not objects, of what is applied: ${kinds.join(', ')}. Below are the objects that carry its labels, of the kinds that are watched.`;
}

/** What the rows do not tell by themselves; empty where they tell all. */
export function notes({ told, kinds, remote, unreadable, cut }: Pick<Tree, 'told' | 'kinds' | 'remote' | 'unreadable' | 'cut'>): string[] {
  return [
    ...(remote === undefined ? [] : [`These objects are on another cluster (${remote}): nothing is known here of their state.`]),
    ...(told ? [] : [withoutInventory(kinds)]),
    ...(unreadable === undefined ? [] : [`${plural(unreadable, 'entry', 'entries')} of the inventory can't be read; see YAML.`]),
    ...(cut === true ? ['There is more than can be followed at once: open less, or look for something.'] : []),
  ];
}

/** Which rows are open: all but some, or none but some. */
export interface Opened {
  readonly all: boolean;
  readonly but: readonly string[];
}

export const closed: Opened = { all: false, but: [] };
export const allOpen: Opened = { all: true, but: [] };

/** At most so many are named to the server (api/openapi.yaml, TreeQuery). */
const named = 200;

export function toggled({ all, but }: Opened, id: string): Opened {
  const others = but.filter((other) => other !== id);
  return { all, but: others.length < but.length ? others : [...others, id].slice(-named) };
}

/** What a row says on a second line: why it is not well, and what is odd about it. Empty where there is none. */
export function secondLine({ status, message, remark }: TreeRow): string {
  const well = status === undefined || status === 'Ready' || status === 'Static';
  return [well ? undefined : message, remark].filter((text) => text !== undefined).join(' · ');
}

/** The row that a row stands below, of those that are here. */
export function parentOf(rows: readonly TreeRow[], index: number): number | undefined {
  const depth = rows[index]?.depth ?? 0;
  for (let above = index - 1; above >= 0; above -= 1) {
    if ((rows[above]?.depth ?? 0) < depth) return above;
  }
  return undefined;
}

/** Where the keys lead from a row: another row, or whether it is to be open. */
export function step(key: string, rows: readonly TreeRow[], index: number): { readonly to: number } | { readonly open: boolean } | undefined {
  const row = rows[index];
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(last, index + 1) };
    case 'ArrowUp':
      return { to: Math.max(0, index - 1) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: last };
    case 'ArrowRight':
      if (row?.children === undefined) return undefined;
      return row.open === true ? { to: Math.min(last, index + 1) } : { open: true };
    case 'ArrowLeft': {
      if (row?.open === true) return { open: false };
      const parent = parentOf(rows, index);
      return parent === undefined ? undefined : { to: parent };
    }
    default:
      return undefined;
  }
}
