// The one socket of a tab. It greets, subscribes, spends and grants credit, checks sequence numbers, and comes back
// with jitter after a loss. Socket, clock and chance are passed in. Frames are handed on in batches, one a paint.
import type { ClientFrame, HelloFrame, Query, ServerFrame } from '../api/types';
import { Value } from '../lib/emitter';
import { costsCredit, decode, encode } from './protocol';

export interface SocketLike {
  send(data: string): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export interface SocketDeps {
  open(): SocketLike;
  now(): number;
  random(): number;
  timer(run: () => void, ms: number): () => void;
  /** Runs before the next paint, or soon in a hidden tab. */
  paint(run: () => void): () => void;
}

export type SocketState =
  | { readonly phase: 'connecting'; readonly since: number }
  | { readonly phase: 'open'; readonly since: number }
  | { readonly phase: 'lost'; readonly since: number; readonly nextTry: number; readonly cause: string };

/** The part of a frame's reader that a subscription gives. */
export interface Handler {
  frame(frame: ServerFrame): 'ok' | 'resync';
  /** After the last frame of a batch: tell the page once. */
  flush(): void;
}

export interface Subscription {
  update(query: Query): void;
  close(): void;
}

interface Entry {
  id: number;
  query: Query;
  seq: number;
  readonly handler: Handler;
}

const creditWindow = 64; // frames in flight; a screen needs about 5 a second
const firstBackoffMs = 400;
const longestBackoffMs = 10_000;
const helloTimeoutMs = 10_000;
const steadyMs = 5_000; // a socket that lived this long was a good one: backoff starts over
const resyncLimit = 8; // in one second: then the stream is broken, not late

export class LiveSocket {
  readonly state: Value<SocketState>;
  onHello: (hello: HelloFrame) => void = () => undefined;
  onFrame: (frame: ServerFrame) => void = () => undefined;
  onFailure: () => void = () => undefined;

  readonly #deps: SocketDeps;
  readonly #entries = new Map<number, Entry>();
  #socket: SocketLike | undefined;
  #greeted = false;
  #hidden = false;
  #stopped = true;
  #nextId = 1;
  #outstanding = 0;
  #attempt = 0;
  #cause = '';
  #lostAt: number | undefined;
  #openedAt = 0;
  #lastFrame = 0;
  #resyncs: number[] = [];
  #queue: ServerFrame[] = [];
  #cancelPaint: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  #cancelPulse: (() => void) | undefined;

  constructor(deps: SocketDeps) {
    this.#deps = deps;
    this.state = new Value<SocketState>({ phase: 'connecting', since: deps.now() });
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
    this.#cancelTimer?.();
  }

  /** The person pressed "Now", or the network came back. */
  retryNow(): void {
    if (this.#stopped || this.state.get().phase !== 'lost') return;
    this.#cancelTimer?.();
    this.#connect();
  }

  setHidden(hidden: boolean): void {
    if (this.#hidden === hidden) return;
    this.#hidden = hidden;
    // A paint that was asked for in a visible tab does not come in a hidden one, and the other way round.
    if (this.#queue.length > 0) this.#schedule();
    this.#grant();
  }

  subscribe(query: Query, handler: Handler): Subscription {
    const entry: Entry = { id: this.#nextId++, query, seq: 0, handler };
    this.#entries.set(entry.id, entry);
    this.#send({ type: 'subscribe', id: entry.id, query });
    return {
      update: (next) => {
        entry.query = next;
        this.#send({ type: 'update', id: entry.id, query: next });
      },
      close: () => {
        if (this.#entries.delete(entry.id)) this.#send({ type: 'unsubscribe', id: entry.id });
      },
    };
  }

  #connect(): void {
    this.#drop();
    this.state.set({ phase: 'connecting', since: this.#lostAt ?? this.#deps.now() });
    const socket = this.#deps.open();
    this.#socket = socket;
    this.#cause = '';
    socket.onmessage = (event) => {
      this.#receive(event.data);
    };
    socket.onclose = () => {
      this.#lost(this.#cause === '' ? 'the connection to the Masthead server was lost' : this.#cause);
    };
    this.#cancelTimer = this.#deps.timer(() => {
      this.#lost('the Masthead server did not greet in 10 s');
    }, helloTimeoutMs);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#greeted = false;
    this.#queue = [];
    this.#cancelPaint?.();
    this.#cancelPaint = undefined;
    this.#cancelTimer?.();
    this.#cancelPulse?.();
    if (socket === undefined) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #lost(cause: string): void {
    const now = this.#deps.now();
    if (this.#greeted && now - this.#openedAt >= steadyMs) this.#attempt = 0;
    this.#drop();
    if (this.#stopped) return;
    this.#lostAt ??= now;
    const ceiling = Math.min(longestBackoffMs, firstBackoffMs * 2 ** this.#attempt);
    const wait = ceiling / 2 + (ceiling / 2) * this.#deps.random();
    this.#attempt += 1;
    this.state.set({ phase: 'lost', since: this.#lostAt, nextTry: now + wait, cause });
    this.#cancelTimer = this.#deps.timer(() => {
      this.#connect();
    }, wait);
    this.onFailure();
  }

  #receive(data: unknown): void {
    this.#lastFrame = this.#deps.now();
    const decoded = decode(data);
    if (decoded.kind === 'malformed') {
      this.#lost(`the Masthead server sent ${decoded.why}`);
      return;
    }
    const type = decoded.kind === 'unknown' ? decoded.type : decoded.frame.type;
    if (costsCredit(type)) this.#outstanding -= 1;
    if (decoded.kind === 'unknown') {
      this.#grant();
      return;
    }
    const { frame } = decoded;
    if (frame.type === 'hello') this.#greet(frame);
    else if (frame.type === 'connection') this.onFrame(frame);
    else if (frame.type === 'error' && frame.id === undefined) this.#cause = frame.text;
    else {
      this.#queue.push(frame);
      if (this.#cancelPaint === undefined) this.#schedule();
    }
  }

  #greet(hello: HelloFrame): void {
    this.#cancelTimer?.();
    this.#greeted = true;
    this.#openedAt = this.#deps.now();
    this.#lostAt = undefined;
    this.#outstanding = 0;
    this.#resyncs = [];
    this.state.set({ phase: 'open', since: this.#openedAt });
    this.onHello(hello);
    for (const entry of [...this.#entries.values()]) {
      entry.seq = 0;
      this.#send({ type: 'subscribe', id: entry.id, query: entry.query });
    }
    this.#grant();
    if (hello.heartbeatMs !== undefined) this.#watch(hello.heartbeatMs);
  }

  /** A laptop that slept has a dead socket that says nothing: silence is a loss too. */
  #watch(heartbeatMs: number): void {
    this.#cancelPulse = this.#deps.timer(() => {
      if (this.#deps.now() - this.#lastFrame > 2 * heartbeatMs) this.#lost('the Masthead server fell silent');
      else this.#watch(heartbeatMs);
    }, heartbeatMs);
  }

  #schedule(): void {
    this.#cancelPaint?.();
    const run = (): void => {
      this.#cancelPaint = undefined;
      this.#deliver();
    };
    this.#cancelPaint = this.#hidden ? this.#deps.timer(run, 50) : this.#deps.paint(run);
  }

  #deliver(): void {
    const frames = this.#queue;
    this.#queue = [];
    const touched = new Set<Handler>();
    for (const frame of frames) {
      if (frame.type === 'meta') this.onFrame(frame);
      else if ('id' in frame) this.#hand(frame.id, frame, touched);
    }
    for (const handler of touched) handler.flush();
    this.#grant();
  }

  #hand(id: number, frame: ServerFrame, touched: Set<Handler>): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return; // on its way when we unsubscribed
    if ('seq' in frame) {
      const gap = frame.seq !== entry.seq + 1;
      entry.seq = frame.seq;
      if (gap) {
        this.#resync(entry);
        return;
      }
    }
    touched.add(entry.handler);
    if (entry.handler.frame(frame) === 'resync') this.#resync(entry);
    else if (frame.type === 'error') this.#entries.delete(id);
  }

  /** Starts the subscription anew under a new number; what is shown stays until the reset comes. */
  #resync(entry: Entry): void {
    const now = this.#deps.now();
    this.#resyncs = [...this.#resyncs.filter((at) => now - at < 1000), now];
    if (this.#resyncs.length > resyncLimit) {
      this.#lost('the stream of changes did not fit together');
      return;
    }
    this.#entries.delete(entry.id);
    this.#send({ type: 'unsubscribe', id: entry.id });
    entry.id = this.#nextId++;
    entry.seq = 0;
    this.#entries.set(entry.id, entry);
    this.#send({ type: 'subscribe', id: entry.id, query: entry.query });
  }

  #grant(): void {
    if (!this.#greeted || this.#hidden || this.#outstanding > creditWindow / 2) return;
    const n = creditWindow - this.#outstanding;
    this.#outstanding += n;
    this.#send({ type: 'credit', n });
  }

  #send(frame: ClientFrame): void {
    if (this.#greeted) this.#socket?.send(encode(frame));
  }
}
