// The decoder of the socket's frames. It checks what the page relies on to stay upright and is, with the generated
// types, the only place that says `as` about data.
import type { ClientFrame, ServerFrame } from '../api/types';

export const subprotocol = 'masthead.v1';

type Kind = 'number' | 'string' | 'boolean' | 'array' | 'object';

const shapes: Readonly<Record<ServerFrame['type'], Readonly<Record<string, Kind>>>> = {
  hello: { protocol: 'number', serverTime: 'number', version: 'string', metaRevision: 'number' },
  reset: { id: 'number', seq: 'number', total: 'number', unfiltered: 'number', first: 'number', rows: 'array' },
  delta: { id: 'number', seq: 'number', total: 'number', unfiltered: 'number', first: 'number', upserts: 'array', removes: 'array' },
  state: { id: 'number', freshness: 'object', missing: 'array' },
  error: { code: 'string', text: 'string' },
  meta: { revision: 'number' },
  connection: { freshness: 'object' },
  home: { id: 'number', seq: 'number', home: 'object' },
  controllers: { id: 'number', seq: 'number', controllers: 'object' },
  dashboard: { id: 'number', seq: 'number', dashboard: 'object' },
  graph: { id: 'number', seq: 'number', reset: 'boolean', nodes: 'array', gone: 'array', total: 'number', leftOut: 'number' },
  detail: { id: 'number', seq: 'number' },
  tree: { id: 'number', seq: 'number' },
  operations: { id: 'number', seq: 'number', operations: 'array' },
  logs: { id: 'number', seq: 'number', lines: 'array' },
};

function fits(value: unknown, kind: Kind): boolean {
  if (kind === 'array') return Array.isArray(value);
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === kind;
}

const isRow = (row: unknown): boolean =>
  typeof row === 'object' && row !== null && 'key' in row && typeof row.key === 'string' && 'cells' in row && Array.isArray(row.cells);

export type Decoded =
  | { readonly kind: 'frame'; readonly frame: ServerFrame }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'malformed'; readonly why: string };

export function decode(data: unknown): Decoded {
  if (typeof data !== 'string') return { kind: 'malformed', why: 'a frame that is not text' };
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    return { kind: 'malformed', why: 'a frame that is not JSON' };
  }
  if (typeof body !== 'object' || body === null || !('type' in body) || typeof body.type !== 'string') {
    return { kind: 'malformed', why: 'a frame without a type' };
  }
  const shape = Object.entries(shapes).find(([type]) => type === body.type)?.[1];
  // A newer server may know more kinds of frames; what this page does not know it does not need.
  if (shape === undefined) return { kind: 'unknown', type: body.type };
  const fields = new Map<string, unknown>(Object.entries(body));
  for (const [field, kind] of Object.entries(shape)) {
    if (!fits(fields.get(field), kind)) return { kind: 'malformed', why: `a ${body.type} frame without ${field}` };
  }
  const rows = fields.get(body.type === 'reset' ? 'rows' : 'upserts');
  if (Array.isArray(rows) && !rows.every(isRow)) return { kind: 'malformed', why: `a ${body.type} frame with a broken row` };
  return { kind: 'frame', frame: body as unknown as ServerFrame };
}

export const encode = (frame: ClientFrame): string => JSON.stringify(frame);

/** `hello` and `connection` are free; everything else spends one credit. */
export const costsCredit = (type: string): boolean => type !== 'hello' && type !== 'connection';
