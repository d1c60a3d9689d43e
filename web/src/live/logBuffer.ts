// The lines of a log that a page holds: bounded, the oldest go first; searched as they come. No I/O, no clock.
import type { LogLine, LogSource } from '../api/types';
import { plainText } from '../lib/ansi';

export interface LogEntry {
  /** Counts all lines of this log from 0, so that it stays the same when older ones go. */
  readonly n: number;
  readonly source: string;
  readonly time: string;
  readonly text: string;
  readonly plain: string;
  readonly leftOut: number;
  readonly marker: boolean;
}

export interface LogLimits {
  readonly lines: number;
  readonly characters: number;
}

// A person scrolls through no more; with its marks it is some tens of megabytes.
export const logLimits: LogLimits = { lines: 50_000, characters: 32_000_000 };

export const sourceName = ({ pod, container }: Pick<LogSource, 'pod' | 'container'>): string => `${pod}/${container}`;

const keyOf = (source: string, time: string, text: string): string => `${source}\n${time}\n${text}`;
const second = (time: string): number => Math.floor(Date.parse(time) / 1000) * 1000;

function matcher(search: string): ((plain: string) => boolean) | undefined {
  if (search === '') return undefined;
  const pattern = new RegExp(search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
  return (plain) => pattern.test(plain);
}

export class LogBuffer {
  readonly #limits: LogLimits;
  #entries: LogEntry[] = [];
  #next = 0;
  #characters = 0;
  #newest = 0; // the second of the newest line, in milliseconds
  #search = '';
  #matches: number[] = [];
  #test: ((plain: string) => boolean) | undefined;
  #expected: Map<string, number> | undefined;
  #dropped = 0;

  constructor(limits: LogLimits = logLimits) {
    this.#limits = limits;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Numbers of the entries that hold what is searched for. */
  get matches(): readonly number[] {
    return this.#matches;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get next(): number {
    return this.#next;
  }

  at(n: number): LogEntry | undefined {
    const first = this.#entries[0];
    return first === undefined ? undefined : this.#entries[n - first.n];
  }

  /** From when on lines are to be asked for after a loss: a second early, since clocks of containers differ a little. */
  get resumeFrom(): number | undefined {
    return this.#newest === 0 ? undefined : this.#newest - 1000;
  }

  /** What comes next begins at that time, and repeats lines that are here. */
  resume(from: number): void {
    this.#expected = new Map();
    for (const { source, time, text, marker } of this.#entries) {
      if (marker || second(time) < from) continue;
      const key = keyOf(source, time, text);
      this.#expected.set(key, (this.#expected.get(key) ?? 0) + 1);
    }
  }

  clear(): void {
    this.#entries = [];
    this.#matches = [];
    this.#characters = 0;
  }

  forget(): void {
    this.clear();
    this.#expected = undefined;
    this.#newest = 0;
    this.#dropped = 0;
  }

  search(search: string): void {
    if (search === this.#search) return;
    this.#search = search;
    this.#test = matcher(search);
    const { entries } = this;
    this.#matches = this.#test === undefined ? [] : entries.filter(({ plain }) => this.#test?.(plain)).map(({ n }) => n);
  }

  append(lines: readonly LogLine[], nameOf: (source: number) => string): void {
    for (const { source: index, time, text, leftOut = 0, marker = false } of lines) {
      const source = nameOf(index);
      if (!marker && this.#repeats(source, time, text)) continue;
      const entry: LogEntry = { n: this.#next++, source, time, text, plain: plainText(text), leftOut, marker };
      this.#entries.push(entry);
      this.#characters += text.length;
      if (!marker && time !== '') this.#newest = Math.max(this.#newest, second(time) || 0);
      if (this.#test?.(entry.plain)) this.#matches.push(entry.n);
    }
    this.#drop();
  }

  #repeats(source: string, time: string, text: string): boolean {
    if (this.#expected === undefined) return false;
    const key = keyOf(source, time, text);
    const count = this.#expected.get(key) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.#expected.delete(key);
    else this.#expected.set(key, count - 1);
    return true;
  }

  #drop(): void {
    let count = 0;
    let { length } = this.#entries;
    while (length > 0 && (length > this.#limits.lines || this.#characters > this.#limits.characters)) {
      this.#characters -= this.#entries[count]?.text.length ?? 0;
      count += 1;
      length -= 1;
    }
    if (count === 0) return;
    this.#entries = this.#entries.slice(count);
    this.#dropped += count;
    const first = this.#entries[0]?.n ?? this.#next;
    const kept = this.#matches.findIndex((n) => n >= first);
    this.#matches = kept < 0 ? [] : this.#matches.slice(kept);
  }
}
