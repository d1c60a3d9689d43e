// Where the reader is: the page, the namespace, the list's question and the open object, all in the address, so that
// a link shows the same. The object stands in the same address whether it is beside the page or fills it.
export interface OpenObject {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
}

export type Page =
  | { readonly kind: 'plain'; readonly path: string }
  | { readonly kind: 'list'; readonly table: string };

export interface Place {
  readonly page: Page;
  readonly ns: string;
  readonly q: string;
  readonly sort: { readonly column: string; readonly descending: boolean } | undefined;
  readonly open: OpenObject | undefined;
  readonly tab: string;
  readonly full: boolean;
  /** Of a graph: the node it is about, what is unfolded, and whether it is shown as a tree. */
  readonly focus: string;
  readonly unfolded: readonly string[];
  readonly tree: boolean;
}

export const home: Place = {
  page: { kind: 'plain', path: '' },
  ns: '',
  q: '',
  sort: undefined,
  open: undefined,
  tab: '',
  full: false,
  focus: '',
  unfolded: [],
  tree: false,
};

const segment = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

function parsePage(path: string): Page {
  const [head = '', table, ...rest] = path.split('/').filter((part) => part !== '');
  const decoded = table === undefined ? undefined : segment(table);
  if (head === 'list' && decoded !== undefined && rest.length === 0) return { kind: 'list', table: decoded };
  return { kind: 'plain', path: path.replace(/^\/+|\/+$/g, '') };
}

export function parseOpen(text: string | null): OpenObject | undefined {
  const parts = text?.split('/') ?? [];
  const [table = '', namespace = '', name = ''] = parts;
  if (parts.length !== 3 || table === '' || name === '') return undefined;
  return { table, namespace: namespace === '-' ? '' : namespace, name };
}

export function formatOpen({ table, namespace, name }: OpenObject): string {
  return `${table}/${namespace === '' ? '-' : namespace}/${name}`;
}

function parseSort(text: string | null): Place['sort'] {
  if (text === null || text === '' || text === '-') return undefined;
  return text.startsWith('-') ? { column: text.slice(1), descending: true } : { column: text, descending: false };
}

/** `path` is what follows the base path. */
export function parsePlace(path: string, search: string): Place {
  const query = new URLSearchParams(search);
  const open = parseOpen(query.get('open'));
  return {
    page: parsePage(path),
    ns: query.get('ns') ?? '',
    q: query.get('q') ?? '',
    sort: parseSort(query.get('sort')),
    open,
    tab: open === undefined ? '' : (query.get('tab') ?? ''),
    full: open !== undefined && query.get('full') === '1',
    focus: query.get('focus') ?? '',
    unfolded: (query.get('unfolded') ?? '').split(',').filter((key) => key !== ''),
    tree: query.get('view') === 'tree',
  };
}

/** Relative to the base path, without a leading slash. */
export function formatPlace(place: Place): string {
  const { page } = place;
  const path = page.kind === 'list' ? `list/${encodeURIComponent(page.table)}` : page.path;
  const query = new URLSearchParams();
  if (place.ns !== '') query.set('ns', place.ns);
  if (place.q !== '') query.set('q', place.q);
  if (place.sort !== undefined) query.set('sort', (place.sort.descending ? '-' : '') + place.sort.column);
  if (place.focus !== '') query.set('focus', place.focus);
  if (place.unfolded.length > 0) query.set('unfolded', place.unfolded.join(','));
  if (place.tree) query.set('view', 'tree');
  if (place.open !== undefined) {
    query.set('open', formatOpen(place.open));
    if (place.tab !== '') query.set('tab', place.tab);
    if (place.full) query.set('full', '1');
  }
  const text = query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

/** Another page keeps the namespace and nothing else. */
export function goTo(place: Place, page: Page, q = ''): Place {
  return { ...home, ns: place.ns, page, q };
}

export function openObject(place: Place, open: OpenObject, tab = ''): Place {
  return { ...place, open, tab };
}

export function closeObject(place: Place): Place {
  return { ...place, open: undefined, tab: '', full: false };
}

/** How a graph names an object. */
export function nodeKey({ kind, namespace = '', name }: { readonly kind: string; readonly namespace?: string; readonly name: string }): string {
  return `${kind}/${namespace === '' ? '-' : namespace}/${name}`;
}
