// One list as the page sees it: the live window, what of it is shown, what is held back, and how far it can be
// trusted. Subscribed while somebody looks.
import type { ErrorFrame, Freshness, ListQuery, Missing, Problem, Row, ServerFrame } from '../api/types';
import { Emitter } from '../lib/emitter';
import { countHeld, extendRows, type Held, holdRows, isHeld, nothingHeld, showAll, type Shown } from './hold';
import { reduce, type RowWindow } from './reducer';
import type { LiveSocket, Subscription } from './socket';

export type ListPhase = 'loading' | 'ready' | 'forbidden' | 'absent' | 'failed';
export type HoldReason = 'pointer' | 'focus' | 'selection' | 'scrolled';

export interface ListSnapshot {
  readonly phase: ListPhase;
  /** undefined: not known, never 0. */
  readonly total: number | undefined;
  readonly unfiltered: number | undefined;
  readonly elsewhere: number | undefined;
  readonly first: number;
  readonly length: number;
  readonly keys: readonly string[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly gone: ReadonlySet<string>;
  readonly held: Held;
  readonly freshness: Freshness | undefined;
  readonly missing: readonly Missing[];
  readonly problem: Problem | undefined;
  /** The rows are the answer to an earlier question. */
  readonly pending: boolean;
}

export type ListSpec = Omit<ListQuery, 'type' | 'first' | 'count'>;

const empty: ListSnapshot = {
  phase: 'loading',
  total: undefined,
  unfiltered: undefined,
  elsewhere: undefined,
  first: 0,
  length: 0,
  keys: [],
  rows: new Map(),
  gone: new Set(),
  held: nothingHeld,
  freshness: undefined,
  missing: [],
  problem: undefined,
  pending: false,
};

export const pageSize = 200;

export class ListStore extends Emitter {
  readonly #socket: LiveSocket;
  #spec: ListSpec;
  #first = 0;
  #count = pageSize;
  #subscription: Subscription | undefined;
  #live: RowWindow | undefined;
  #shown: Shown | undefined;
  readonly #gone = new Set<string>();
  #answered: { readonly first: number; readonly length: number } | undefined;
  #freshness: Freshness | undefined;
  #missing: readonly Missing[] = [];
  #problem: Problem | undefined;
  #pending = false;
  readonly #holds = new Set<HoldReason>();
  #snapshot = empty;

  constructor(socket: LiveSocket, spec: ListSpec) {
    super();
    this.#socket = socket;
    this.#spec = spec;
  }

  readonly getSnapshot = (): ListSnapshot => this.#snapshot;

  /** Another filter or order of the same table: the old rows stay, marked, until the answer comes. */
  setSpec(spec: ListSpec): void {
    const { table, filter, sort, descending } = this.#spec;
    if (spec.table === table && spec.filter === filter && spec.sort === sort && spec.descending === descending) return;
    this.#spec = spec;
    this.#first = 0;
    this.#pending = this.#live !== undefined;
    this.#problem = undefined;
    if (this.#subscription !== undefined) {
      this.#subscription.close();
      this.#open();
    }
    this.flush();
  }

  setWindow(first: number, count: number): void {
    if (first === this.#first && count === this.#count) return;
    this.#first = first;
    this.#count = count;
    this.#subscription?.update(this.#query());
  }

  hold(reason: HoldReason, on: boolean): void {
    if (this.#holds.has(reason) === on) return;
    if (on) this.#holds.add(reason);
    else this.#holds.delete(reason);
    if (this.#holds.size === 0) this.apply();
  }

  readonly apply = (): void => {
    if (this.#live === undefined || this.#pending) return;
    this.#gone.clear();
    this.#shown = showAll(this.#live);
    this.flush();
  };

  readonly retry = (): void => {
    this.#problem = undefined;
    this.#subscription?.close();
    if (this.size > 0) this.#open();
    this.flush();
  };

  frame(frame: ServerFrame): 'ok' | 'resync' {
    if (frame.type === 'state') {
      this.#freshness = frame.freshness;
      this.#missing = frame.missing;
    } else if (frame.type === 'error') {
      this.#fail(frame);
    } else if (frame.type === 'reset' || frame.type === 'delta') {
      const next = reduce(this.#live, frame);
      if (next === 'resync') return 'resync';
      this.#live = next;
      if (frame.type === 'delta') for (const key of frame.gone ?? []) this.#gone.add(key);
      else if (next.keys.length === next.total) for (const key of this.#shown?.keys ?? []) this.#gone.add(key); // all is here
      for (const key of next.keys) this.#gone.delete(key);
      this.#show(next, frame.type === 'reset');
    }
    return 'ok';
  }

  flush(): void {
    const next = this.#take();
    this.#snapshot = next;
    this.emit();
  }

  protected override onFirst(): void {
    this.#open();
  }

  protected override onLast(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
    this.#holds.clear();
  }

  #query(): ListQuery {
    return { type: 'list', ...this.#spec, first: this.#first, count: this.#count };
  }

  #open(): void {
    this.#subscription = this.#socket.subscribe(this.#query(), this);
  }

  #show(live: RowWindow, reset: boolean): void {
    const answered = this.#answered;
    if (reset) this.#answered = { first: live.first, length: live.keys.length };
    if (this.#pending && !reset) return; // rest of the earlier question
    const scrolled = reset && answered !== undefined && answered.first !== live.first;
    if (this.#shown === undefined || this.#holds.size === 0 || this.#pending) {
      this.#gone.clear();
      this.#shown = showAll(live);
    } else {
      this.#shown = (scrolled ? extendRows : holdRows)(this.#shown, live, this.#gone);
    }
    this.#pending = false;
  }

  #fail({ code, text, hint }: ErrorFrame): void {
    this.#problem = hint === undefined ? { code, text } : { code, text, hint };
    this.#pending = false;
  }

  #phase(): ListPhase {
    if (this.#problem?.code === 'forbidden' || this.#freshness?.state === 'forbidden') return 'forbidden';
    if (this.#freshness?.state === 'absent') return 'absent';
    if (this.#problem !== undefined) return this.#problem.code === 'not_found' ? 'absent' : 'failed';
    if (this.#shown === undefined || this.#freshness === undefined) return 'loading';
    // While the first listing runs, no row does not mean none.
    return this.#freshness.state === 'syncing' && this.#shown.total === 0 ? 'loading' : 'ready';
  }

  #take(): ListSnapshot {
    const phase = this.#phase();
    const trust = { freshness: this.#freshness, missing: this.#missing, problem: this.#problem, pending: this.#pending };
    const live = this.#live;
    const shown = this.#shown;
    if (phase !== 'ready' || live === undefined || shown === undefined) return { ...empty, ...trust, phase };
    const held = countHeld(shown, live);
    const { unfiltered, elsewhere, total } = live;
    const { first, keys, rows, gone, total: length } = shown;
    return { ...trust, phase, total, unfiltered, elsewhere, first, length, keys, rows, gone, held: isHeld(held) ? held : nothingHeld };
  }
}
