// A clock and a socket for tests: time passes when told to, frames arrive when told to.
import type { ClientFrame, ServerFrame } from '../api/types';
import type { SocketDeps, SocketLike } from './socket';

export class FakeSocket implements SocketLike {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  readonly sent: ClientFrame[] = [];

  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientFrame);
  }

  close(): void {
    this.closed = true;
  }

  arrive(frame: ServerFrame | string): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  hello(extra: { readonly heartbeatMs?: number; readonly version?: string } = {}): void {
    this.arrive({ type: 'hello', protocol: 1, serverTime: 0, version: '1', metaRevision: 1, ...extra });
  }

  break(): void {
    this.onclose?.();
  }

  of<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter((frame): frame is Extract<ClientFrame, { type: T }> => frame.type === type);
  }
}

export class FakeWorld {
  time = 1_000_000;
  readonly sockets: FakeSocket[] = [];
  #timers: { at: number; run: () => void }[] = [];
  #paints: (() => void)[] = [];

  readonly deps: SocketDeps = {
    open: () => {
      const socket = new FakeSocket();
      this.sockets.push(socket);
      return socket;
    },
    now: () => this.time,
    random: () => 1,
    timer: (run, ms) => {
      const timer = { at: this.time + ms, run };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
    },
    paint: (run) => {
      this.#paints.push(run);
      return () => {
        this.#paints = this.#paints.filter((other) => other !== run);
      };
    },
  };

  get socket(): FakeSocket {
    const last = this.sockets[this.sockets.length - 1];
    if (last === undefined) throw new Error('no socket was opened');
    return last;
  }

  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = end;
  }

  paint(): void {
    const paints = this.#paints;
    this.#paints = [];
    for (const run of paints) run();
  }
}
