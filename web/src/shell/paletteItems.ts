// What "go anywhere" offers, and in which order. Pure.
import type { Meta, SearchResult, StatusName } from '../api/types';
import { displayName } from '../lib/name';
import { goTo, home, openObject, type Place } from '../lib/place';

export interface PaletteItem {
  readonly id: string;
  readonly group: 'Pages' | 'Kinds' | 'Namespaces' | 'Objects' | 'Page settings';
  readonly title: string;
  readonly detail: string;
  readonly status?: StatusName;
  readonly place?: Place;
  readonly run?: () => void;
}

/** Lower is better; undefined: no match. Start, then word start, then inside, then letters in order. */
export function score(text: string, query: string): number | undefined {
  const where = text.toLowerCase();
  const what = query.trim().toLowerCase();
  if (what === '') return 0;
  const at = where.indexOf(what);
  if (at === 0) return where.length === what.length ? 0 : 1;
  if (at > 0) return /[^a-z0-9]/.test(where.charAt(at - 1)) ? 2 : 3;
  let from = 0;
  for (const letter of what) {
    if (letter === ' ') continue;
    const next = where.indexOf(letter, from);
    if (next < 0) return undefined;
    from = next + 1;
  }
  return what.length < 3 ? undefined : 4;
}

export function rank(items: readonly PaletteItem[], query: string, limit: number): PaletteItem[] {
  return items
    .flatMap((item) => {
      const value = score(item.title, query) ?? (score(item.detail, query) === undefined ? undefined : 5);
      return value === undefined ? [] : [{ item, value }];
    })
    .sort((a, b) => a.value - b.value)
    .slice(0, limit)
    .map(({ item }) => item);
}

export function kindItems(meta: Meta, place: Place): PaletteItem[] {
  const byId = new Map(meta.tables.map((table) => [table.id, table]));
  return meta.sections.flatMap((section) =>
    section.tables.flatMap((id) => {
      const table = byId.get(id);
      if (table === undefined) return [];
      return [{ id: `kind ${id}`, group: 'Kinds' as const, title: table.title, detail: section.title, place: goTo(place, { kind: 'list', table: id }) }];
    }),
  );
}

/** The same page in another namespace. An object of another namespace does not stay open. */
export function namespaceItems(meta: Meta, place: Place): PaletteItem[] {
  const to = (ns: string): Place => ({ ...place, ns, open: undefined, tab: '', full: false });
  return [
    { id: 'namespace all', group: 'Namespaces', title: 'All namespaces', detail: '', place: to('') },
    ...meta.namespaces.map((ns) => ({ id: `namespace ${ns}`, group: 'Namespaces' as const, title: ns, detail: 'namespace', place: to(ns) })),
  ];
}

export function objectItems(result: SearchResult | undefined, meta: Meta): PaletteItem[] {
  const titles = new Map(meta.tables.map((table) => [table.id, table.singular]));
  return (result?.hits ?? []).flatMap(({ ref, status, why }) => {
    if (ref.table === undefined) return [];
    const { table, namespace, name } = ref;
    // The list of its kind stands beside it, so that closing it leads somewhere.
    const place = openObject({ ...home, page: { kind: 'list', table } }, { table, namespace, name });
    const detail = [titles.get(table) ?? ref.kind, why ?? ''].filter((part) => part !== '').join(' · ');
    const item = { id: `object ${table} ${namespace}/${name}`, group: 'Objects' as const, title: displayName(namespace, name), detail, place };
    return [status === undefined ? item : { ...item, status }];
  });
}
