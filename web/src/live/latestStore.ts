// Home, dashboards, controllers, detail and operations: whole answers, the newest replaces the one before; one that says the same keeps its object.
import type { Controllers, Dashboard, Detail, Freshness, Home, Missing, Operation, Problem, Query, ServerFrame, Tree } from '../api/types';
import { Emitter } from '../lib/emitter';
import { sameJson } from '../lib/equal';
import type { LiveSocket, Subscription } from './socket';

export interface LatestSnapshot<T> {
  readonly phase: 'loading' | 'ready' | 'missing' | 'forbidden' | 'absent' | 'failed';
  readonly value: T | undefined;
  readonly freshness: Freshness | undefined;
  readonly missing: readonly Missing[];
  readonly problem: Problem | undefined;
  /** Counts the answers, so that something read at one of them can tell that it may be old. */
  readonly answers: number;
}

export class LatestStore<T extends Home | Dashboard | Controllers | Detail | Tree | readonly Operation[]> extends Emitter {
  readonly #socket: LiveSocket;
  #query: Query;
  readonly #pick: (frame: ServerFrame) => { readonly value: T | undefined } | undefined;
  #subscription: Subscription | undefined;
  #snapshot: LatestSnapshot<T> = {
    phase: 'loading',
    value: undefined,
    freshness: undefined,
    missing: [],
    problem: undefined,
    answers: 0,
  };

  constructor(socket: LiveSocket, query: Query, pick: (frame: ServerFrame) => { readonly value: T | undefined } | undefined) {
    super();
    this.#socket = socket;
    this.#query = query;
    this.#pick = pick;
  }

  readonly getSnapshot = (): LatestSnapshot<T> => this.#snapshot;

  /** Asks something else of the same object; the old answer stays until the new one comes. */
  update(query: Query): void {
    if (sameJson(query, this.#query)) return;
    this.#query = query;
    this.#subscription?.update(query);
  }

  readonly retry = (): void => {
    this.#subscription?.close();
    this.#snapshot = { ...this.#snapshot, phase: this.#snapshot.value === undefined ? 'loading' : 'ready', problem: undefined };
    if (this.size > 0) this.#open();
    this.emit();
  };

  frame(frame: ServerFrame): 'ok' {
    const now = this.#snapshot;
    if (frame.type === 'state') {
      this.#snapshot = { ...now, freshness: frame.freshness, missing: frame.missing };
      const { state } = frame.freshness;
      if (state === 'forbidden' || state === 'absent') this.#snapshot = { ...this.#snapshot, phase: state, value: undefined };
      else if (now.phase === 'forbidden' || now.phase === 'absent') this.#snapshot = { ...this.#snapshot, phase: 'loading' };
    } else if (frame.type === 'error') {
      const { code, text, hint } = frame;
      const phase = code === 'forbidden' ? 'forbidden' : code === 'not_found' ? 'missing' : 'failed';
      const problem = hint === undefined ? { code, text } : { code, text, hint };
      this.#snapshot = { ...now, phase, problem, value: phase === 'failed' ? now.value : undefined };
    } else {
      this.#answer(frame);
    }
    return 'ok';
  }

  flush(): void {
    this.emit();
  }

  protected override onFirst(): void {
    this.#open();
  }

  protected override onLast(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  #open(): void {
    this.#subscription = this.#socket.subscribe(this.#query, this);
  }

  #answer(frame: ServerFrame): void {
    const now = this.#snapshot;
    const picked = this.#pick(frame);
    if (picked === undefined) return;
    const { value } = picked;
    // An object that is deleted under the reader stays readable, marked as gone.
    const phase = value === undefined ? 'missing' : 'ready';
    const kept = value === undefined || sameJson(value, now.value) ? now.value : value;
    this.#snapshot = { ...now, phase, value: kept, problem: undefined, answers: now.answers + (kept === now.value ? 0 : 1) };
  }
}

export const homeOf = (frame: ServerFrame): { value: Home | undefined } | undefined =>
  frame.type === 'home' ? { value: frame.home } : undefined;

export const dashboardOf = (frame: ServerFrame): { value: Dashboard | undefined } | undefined =>
  frame.type === 'dashboard' ? { value: frame.dashboard } : undefined;

export const controllersOf = (frame: ServerFrame): { value: Controllers | undefined } | undefined =>
  frame.type === 'controllers' ? { value: frame.controllers } : undefined;

export const detailOf = (frame: ServerFrame): { value: Detail | undefined } | undefined =>
  frame.type === 'detail' ? { value: frame.detail } : undefined;

export const treeOf = (frame: ServerFrame): { value: Tree | undefined } | undefined =>
  frame.type === 'tree' ? { value: frame.tree } : undefined;

export const operationsOf = (frame: ServerFrame): { value: readonly Operation[] | undefined } | undefined =>
  frame.type === 'operations' ? { value: frame.operations } : undefined;
