// What a person chose on this device. The only place that touches local storage; storage may be absent or full.
import { Emitter } from './emitter';

const prefix = 'masthead.';

interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

function defaultStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // switched off by the browser's settings
  }
}

/** A remembered value; `parse` refuses what an older or broken page wrote. */
export class Remembered<T> extends Emitter {
  readonly #key: string;
  readonly #storage: Storage | undefined;
  #value: T;

  constructor(key: string, fallback: T, parse: (raw: unknown) => T | undefined, storage = defaultStorage()) {
    super();
    this.#key = prefix + key;
    this.#storage = storage;
    this.#value = fallback;
    try {
      const text = storage?.getItem(this.#key);
      if (text !== null && text !== undefined) this.#value = parse(JSON.parse(text)) ?? fallback;
    } catch {
      this.#value = fallback;
    }
  }

  readonly get = (): T => this.#value;

  readonly set = (value: T): void => {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(value));
    } catch {
      // storage is full: the choice holds until the tab closes
    }
    this.emit();
  };
}

export const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (raw: unknown): T | undefined =>
    values.find((value) => value === raw);

export const numberBetween =
  (low: number, high: number) =>
  (raw: unknown): number | undefined =>
    typeof raw === 'number' && raw >= low && raw <= high ? raw : undefined;

export interface TablePrefs {
  readonly hidden: readonly string[];
  readonly shown: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

export const noPrefs: TablePrefs = { hidden: [], shown: [], widths: {} };

const strings = (raw: unknown): string[] => (Array.isArray(raw) ? raw.filter((item) => typeof item === 'string') : []);

export function parseTablePrefs(raw: unknown): TablePrefs | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { hidden, shown, widths } = raw as Partial<Record<keyof TablePrefs, unknown>>;
  const kept: Record<string, number> = {};
  if (typeof widths === 'object' && widths !== null) {
    for (const [id, width] of Object.entries(widths)) {
      if (typeof width === 'number' && width >= 40 && width <= 2000) kept[id] = width;
    }
  }
  return { hidden: strings(hidden), shown: strings(shown), widths: kept };
}

const tables = new Map<string, Remembered<TablePrefs>>();

/** Columns and widths of one table, by its id. */
export function tablePrefs(table: string): Remembered<TablePrefs> {
  let prefs = tables.get(table);
  if (prefs === undefined) {
    prefs = new Remembered(`table.${table}`, noPrefs, parseTablePrefs);
    tables.set(table, prefs);
  }
  return prefs;
}

export type Theme = 'auto' | 'light' | 'dark';
export type Density = 'dense' | 'comfortable';
export type Zone = 'local' | 'utc';

export const theme = new Remembered<Theme>('theme', 'auto', oneOf('auto', 'light', 'dark'));
export const density = new Remembered<Density>('density', 'dense', oneOf('dense', 'comfortable'));
export const zone = new Remembered<Zone>('zone', 'local', oneOf('local', 'utc'));
const flag = (raw: unknown): boolean | undefined => (typeof raw === 'boolean' ? raw : undefined);
export const logWrap = new Remembered<boolean>('log.wrap', false, flag);
export const logTimes = new Remembered<boolean>('log.times', true, flag);
export const drawerWidth = new Remembered<number>('drawer', 640, numberBetween(480, 960));
