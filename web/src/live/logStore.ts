// A log on the page: its subscription, its buffer, what is known of its pods. After a lost socket it goes on from the
// last line, without holes and without doubles. The page is told at most ten times a second, however fast lines come.
import type { LogPod, LogsQuery, LogSource, Missing, Problem, ServerFrame } from '../api/types';
import { Emitter } from '../lib/emitter';
import { LogBuffer, sourceName } from './logBuffer';
import type { LiveSocket, Subscription } from './socket';

export interface LogSnapshot {
  readonly pods: readonly LogPod[] | undefined;
  readonly podsTotal: number;
  readonly sources: readonly LogSource[];
  readonly missing: readonly Missing[];
  readonly problem: Problem | undefined;
  /** Changes with the buffer. */
  readonly version: number;
}

const tellEveryMs = 100;
const nothing: LogSnapshot = { pods: undefined, podsTotal: 0, sources: [], missing: [], problem: undefined, version: 0 };

export class LogStore extends Emitter {
  readonly buffer = new LogBuffer();
  readonly #socket: LiveSocket;
  readonly #timer: (run: () => void, ms: number) => () => void;
  #query: LogsQuery;
  #subscription: Subscription | undefined;
  #stopListening: (() => void) | undefined;
  #snapshot = nothing;
  #resumes = false;
  #cancelTell: (() => void) | undefined;

  constructor(socket: LiveSocket, query: LogsQuery, timer: (run: () => void, ms: number) => () => void) {
    super();
    this.#socket = socket;
    this.#query = query;
    this.#timer = timer;
  }

  readonly getSnapshot = (): LogSnapshot => this.#snapshot;

  /** Another question about the same object: the log begins anew. */
  ask(query: LogsQuery): void {
    if (JSON.stringify(query) === JSON.stringify(this.#query)) return;
    this.#query = query;
    this.retry();
  }

  readonly retry = (): void => {
    this.buffer.forget();
    this.#resumes = false;
    this.#snapshot = { ...this.#snapshot, sources: [], missing: [], problem: undefined, version: this.#snapshot.version + 1 };
    if (this.size > 0) {
      this.#subscription?.close();
      this.#open();
    }
    this.emit();
  };

  readonly clear = (): void => {
    this.buffer.clear();
    this.#changed();
    this.emit();
  };

  search(text: string): void {
    this.buffer.search(text);
    this.#changed();
    this.emit();
  }

  frame(frame: ServerFrame): 'ok' {
    if (frame.type === 'error') {
      const { code, text, hint } = frame;
      this.#snapshot = { ...this.#snapshot, problem: hint === undefined ? { code, text } : { code, text, hint } };
    }
    if (frame.type !== 'logs') return 'ok';
    if (frame.seq === 1) this.#begin();
    const { pods = this.#snapshot.pods, podsTotal = this.#snapshot.podsTotal, sources = this.#snapshot.sources, missing = this.#snapshot.missing } = frame;
    this.#snapshot = { ...this.#snapshot, pods, podsTotal, sources, missing };
    this.buffer.append(frame.lines, (index) => {
      const source = sources[index];
      return source === undefined ? '' : sourceName(source);
    });
    this.#changed();
    return 'ok';
  }

  flush(): void {
    if (this.#cancelTell !== undefined) return;
    this.emit();
    this.#cancelTell = this.#timer(() => {
      this.#cancelTell = undefined;
      if (this.#told !== this.#snapshot.version) this.flush();
    }, tellEveryMs);
    this.#told = this.#snapshot.version;
  }

  #told = 0;

  protected override onFirst(): void {
    this.#open();
    this.#stopListening = this.#socket.state.subscribe(() => {
      if (this.#socket.state.get().phase === 'lost') this.#prepareResume();
    });
  }

  protected override onLast(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
    this.#stopListening?.();
    this.#cancelTell?.();
    this.#cancelTell = undefined;
    this.buffer.forget();
  }

  #open(): void {
    this.#subscription = this.#socket.subscribe(this.#query, this);
  }

  /** The socket will ask again by itself: then from where we are on. */
  #prepareResume(): void {
    const from = this.buffer.resumeFrom;
    if (from === undefined || this.#query.previous === true) return;
    this.#resumes = true;
    this.#subscription?.update({ ...this.#query, since: from });
  }

  #begin(): void {
    const from = this.buffer.resumeFrom;
    if (this.#resumes && from !== undefined) this.buffer.resume(from);
    else this.buffer.forget();
    this.#resumes = false;
  }

  #changed(): void {
    this.#snapshot = { ...this.#snapshot, version: this.#snapshot.version + 1 };
  }
}
