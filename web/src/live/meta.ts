// Who, where, and which tables there are. Read at start, at each greeting and at each announcement; what was known
// stays while it is read again.
import type { ApiClient } from '../api/client';
import { isMeta } from '../api/checks';
import type { Meta, Problem } from '../api/types';
import { Value } from '../lib/emitter';

export type MetaState =
  | { readonly phase: 'loading' }
  | { readonly phase: 'ready'; readonly meta: Meta }
  | { readonly phase: 'failed'; readonly problem: Problem }
  | { readonly phase: 'unauthenticated' };

interface MetaDeps {
  timer(run: () => void, ms: number): () => void;
}

const retryMs = 3_000;
const undiscoveredMs = 2_000;

export class MetaStore extends Value<MetaState> {
  readonly #api: ApiClient;
  readonly #deps: MetaDeps;
  #reading = false;
  #again = false;
  #cancelTimer: (() => void) | undefined;

  constructor(api: ApiClient, deps: MetaDeps) {
    super({ phase: 'loading' });
    this.#api = api;
    this.#deps = deps;
  }

  /** Asks once at a time; a request during a request asks once more after it. */
  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    this.#cancelTimer?.();
    const answer = await this.#api.get('api/meta', isMeta);
    this.#reading = false;
    if (answer.ok) {
      const before = this.get();
      const same = before.phase === 'ready' && JSON.stringify(before.meta) === JSON.stringify(answer.value);
      if (!same) this.set({ phase: 'ready', meta: answer.value });
      if (!answer.value.ready) this.#later(undiscoveredMs);
    } else if (answer.error.code === 'unauthenticated') {
      this.set({ phase: 'unauthenticated' });
    } else {
      if (this.get().phase !== 'ready') this.set({ phase: 'failed', problem: answer.error });
      this.#later(retryMs);
    }
    if (this.#again) {
      this.#again = false;
      await this.read();
    }
  }

  sessionOver(): void {
    this.#cancelTimer?.();
    this.set({ phase: 'unauthenticated' });
  }

  /** A frame announced this revision. */
  announced(revision: number): void {
    const state = this.get();
    if (state.phase !== 'ready' || state.meta.revision !== revision) void this.read();
  }

  #later(ms: number): void {
    this.#cancelTimer = this.#deps.timer(() => {
      void this.read();
    }, ms);
  }
}
