// What a person reads of an inventory, and finds in it.
import type { Inventory, InventoryEntry } from '../../../api/types';
import { plural } from '../../../lib/number';

/** Every word must be in what a person sees of the entry. */
export function matches({ ref, status, message, remark, missing }: InventoryEntry, text: string): boolean {
  const seen = [ref.kind, ref.namespace, ref.name, status, message, remark, missing === true ? 'missing' : ''].join(' ').toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => seen.includes(word));
}

/** What the list does not tell by itself; empty where it tells all. */
export function notes({ told, remote, unreadable }: Inventory): string[] {
  return [
    ...(remote === undefined ? [] : [`These objects are on another cluster (${remote}): nothing is known here of their state.`]),
    ...(told ? [] : ['It keeps no inventory. These are the objects that carry its labels, of the kinds that are watched.']),
    ...(unreadable === undefined ? [] : [`${plural(unreadable, 'entry', 'entries')} of the inventory can't be read; see YAML.`]),
  ];
}
