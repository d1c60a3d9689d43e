// Takes a cell for what its column says it is. A value of another shape becomes null: not known.
import type { Cell, CellType, Entry, LinkedRef, Ratio, StatusCell } from '../api/types';
import { displayName } from './name';
import { unknown } from './number';

type Shape<K extends string> = Readonly<Record<K, unknown>>;

function isObject<K extends string>(cell: Cell | undefined, ...keys: readonly K[]): cell is Exclude<Cell, null | string | number | boolean> & Shape<K> {
  return typeof cell === 'object' && cell !== null && !Array.isArray(cell) && keys.every((key) => key in cell);
}

export const isStatusCell = (cell: Cell | undefined): cell is StatusCell => isObject(cell, 'status') && typeof cell.status === 'string';

export const isRatio = (cell: Cell | undefined): cell is Ratio =>
  isObject(cell, 'have', 'want') && typeof cell.have === 'number' && typeof cell.want === 'number';

export const isLinkedRef = (cell: unknown): cell is LinkedRef =>
  typeof cell === 'object' && cell !== null && 'ref' in cell && typeof cell.ref === 'object';

export const isLinkedRefs = (cell: Cell | undefined): cell is readonly LinkedRef[] => Array.isArray(cell) && cell.every(isLinkedRef);

export const isStrings = (cell: Cell | undefined): cell is readonly string[] =>
  Array.isArray(cell) && cell.every((item) => typeof item === 'string');

const isEntry = (cell: unknown): cell is Entry => typeof cell === 'object' && cell !== null && 'text' in cell && typeof cell.text === 'string';

export const isEntries = (cell: Cell | undefined): cell is readonly Entry[] => Array.isArray(cell) && cell.length > 0 && cell.every(isEntry);

/** The pairs of a `labels` or `tally` cell. */
export function pairs(cell: Cell | undefined): [string, string | number][] {
  if (!isObject(cell)) return [];
  return Object.entries(cell).filter((pair): pair is [string, string | number] => ['string', 'number'].includes(typeof pair[1]));
}

export const isNumeric = (type: CellType): boolean => type === 'number' || type === 'duration' || type === 'time' || type === 'ratio';

/** A cell as plain text, for copying, tips and the phone's second line. */
export function cellText(type: CellType, cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return unknown;
  if (type === 'message' && isStatusCell(cell)) return cell.message ?? '';
  if (typeof cell === 'string' || typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (type === 'status' && isStatusCell(cell)) return cell.status;
  if (isRatio(cell)) return `${cell.have}/${cell.want}`;
  if (isLinkedRef(cell)) return `${cell.ref.kind} ${displayName(cell.ref.namespace, cell.ref.name)}`;
  if (isLinkedRefs(cell)) return cell.map(({ ref }) => `${ref.kind} ${displayName(ref.namespace, ref.name)}`).join(', ');
  if (isEntries(cell)) return cell.map(({ text }) => text).join(', ');
  if (isStrings(cell)) return cell.join(', ');
  return pairs(cell)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** Only these become links; everything else stays text. */
export function safeUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  try {
    return new URL(text).href;
  } catch {
    return undefined;
  }
}
