import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Query, ServerFrame } from '../api/types';
import { FakeWorld } from './fakes';
import { type Handler, LiveSocket } from './socket';

const query: Query = { type: 'list', table: 'pods', first: 0, count: 200 };

class Reader implements Handler {
  readonly frames: ServerFrame[] = [];
  flushes = 0;
  answer: 'ok' | 'resync' = 'ok';

  frame(frame: ServerFrame): 'ok' | 'resync' {
    this.frames.push(frame);
    return this.answer;
  }

  flush(): void {
    this.flushes += 1;
  }
}

let world: FakeWorld;
let live: LiveSocket;

beforeEach(() => {
  world = new FakeWorld();
  live = new LiveSocket(world.deps);
});

const reset = (id: number, seq: number): ServerFrame => ({ type: 'reset', id, seq, total: 0, unfiltered: 0, first: 0, rows: [] });
const delta = (id: number, seq: number): ServerFrame => ({ type: 'delta', id, seq, total: 0, unfiltered: 0, first: 0, upserts: [], removes: [] });

function greeted(reader = new Reader()): Reader {
  live.start();
  live.subscribe(query, reader);
  world.socket.hello();
  return reader;
}

describe('the live socket', () => {
  it('says nothing before it is greeted, then subscribes and grants credit', () => {
    live.start();
    live.subscribe(query, new Reader());
    expect(world.socket.sent).toEqual([]);
    world.socket.hello();
    expect(world.socket.sent.map(({ type }) => type)).toEqual(['subscribe', 'credit']);
    expect(live.state.get().phase).toBe('open');
  });

  it('hands on frames in one batch a paint and tells each reader once', () => {
    const reader = greeted();
    world.socket.arrive(reset(1, 1));
    world.socket.arrive(delta(1, 2));
    world.socket.arrive(delta(1, 3));
    expect(reader.frames).toEqual([]);
    world.paint();
    expect(reader.frames).toHaveLength(3);
    expect(reader.flushes).toBe(1);
  });

  it('subscribes anew under another number at a gap, and does not hand on what follows the gap', () => {
    const reader = greeted();
    world.socket.arrive(reset(1, 1));
    world.socket.arrive(delta(1, 3));
    world.socket.arrive(delta(1, 4));
    world.paint();
    expect(reader.frames).toHaveLength(1);
    expect(world.socket.of('unsubscribe').map(({ id }) => id)).toEqual([1]);
    expect(world.socket.of('subscribe').map(({ id }) => id)).toEqual([1, 2]);
    world.socket.arrive(reset(2, 1));
    world.paint();
    expect(reader.frames).toHaveLength(2);
  });

  it('subscribes anew when the reader cannot follow', () => {
    const reader = greeted();
    reader.answer = 'resync';
    world.socket.arrive(reset(1, 1));
    world.paint();
    expect(world.socket.of('subscribe')).toHaveLength(2);
  });

  it('gives the socket up when nothing fits together, instead of asking for ever', () => {
    const reader = greeted();
    reader.answer = 'resync';
    for (let id = 1; id <= 9; id++) {
      world.socket.arrive(reset(id, 1));
      world.paint();
    }
    expect(live.state.get()).toMatchObject({ phase: 'lost', cause: 'the stream of changes did not fit together' });
  });

  it('grants again when half of the credit is spent', () => {
    greeted();
    world.socket.arrive(reset(1, 1));
    for (let seq = 2; seq <= 31; seq++) world.socket.arrive(delta(1, seq));
    world.paint();
    expect(world.socket.of('credit')).toHaveLength(1);
    world.socket.arrive(delta(1, 32));
    world.paint();
    expect(world.socket.of('credit').map(({ n }) => n)).toEqual([64, 32]);
  });

  it('withholds credit in a hidden tab and grants what is missing when it is seen again', () => {
    greeted();
    live.setHidden(true);
    for (let seq = 1; seq <= 64; seq++) world.socket.arrive(seq === 1 ? reset(1, 1) : delta(1, seq));
    world.pass(100);
    expect(world.socket.of('credit')).toHaveLength(1);
    live.setHidden(false);
    expect(world.socket.of('credit').map(({ n }) => n)).toEqual([64, 64]);
  });

  it('grants nothing when it connects in a hidden tab', () => {
    live.setHidden(true);
    greeted();
    expect(world.socket.of('credit')).toEqual([]);
  });

  it('does not count greetings and connection frames as spent', () => {
    greeted();
    for (let turn = 0; turn < 100; turn++) world.socket.arrive({ type: 'connection', freshness: { state: 'live' } });
    world.paint();
    expect(world.socket.of('credit')).toHaveLength(1);
  });

  it('counts and ignores kinds of frames it does not know', () => {
    greeted();
    for (let turn = 0; turn < 32; turn++) world.socket.arrive('{"type":"weather"}');
    expect(live.state.get().phase).toBe('open');
    expect(world.socket.of('credit')).toHaveLength(2);
  });

  it('comes back with growing pauses, subscribes everything again and reads sequences from 1', () => {
    const reader = greeted();
    world.socket.arrive(reset(1, 1));
    world.paint();
    world.socket.break();
    expect(live.state.get()).toMatchObject({ phase: 'lost', nextTry: world.time + 400 });
    world.pass(400);
    expect(world.sockets).toHaveLength(2);
    world.socket.break();
    expect(live.state.get()).toMatchObject({ phase: 'lost', nextTry: world.time + 800 });
    world.pass(800);
    world.socket.hello();
    expect(world.socket.of('subscribe')).toMatchObject([{ id: 1, query }]);
    world.socket.arrive(reset(1, 1));
    world.paint();
    expect(reader.frames).toHaveLength(2);
  });

  it('waits at most ten seconds', () => {
    live.start();
    for (let turn = 0; turn < 12; turn++) {
      world.socket.break();
      const state = live.state.get();
      expect(state.phase === 'lost' && state.nextTry - world.time).toBeLessThanOrEqual(10_000);
      world.pass(10_000);
    }
  });

  it('keeps the time of the first loss while it tries', () => {
    greeted();
    const at = world.time;
    world.socket.break();
    world.pass(400);
    world.socket.break();
    expect(live.state.get().since).toBe(at);
  });

  it('starts over with short pauses after a socket that lived', () => {
    greeted();
    for (let turn = 0; turn < 4; turn++) {
      world.socket.break();
      world.pass(10_000);
    }
    world.socket.hello();
    world.pass(6_000);
    world.socket.break();
    expect(live.state.get()).toMatchObject({ nextTry: world.time + 400 });
  });

  it('drops frames of the old socket that were not handed on', () => {
    const reader = greeted();
    world.socket.arrive(reset(1, 1));
    world.socket.break();
    world.paint();
    expect(reader.frames).toEqual([]);
  });

  it('takes a socket that does not greet in ten seconds for lost', () => {
    live.start();
    world.pass(10_000);
    expect(live.state.get()).toMatchObject({ phase: 'lost' });
    expect(world.sockets[0]!.closed).toBe(true);
  });

  it('takes a silent socket for dead where the server promised a heartbeat', () => {
    live.start();
    world.socket.hello({ heartbeatMs: 5_000 });
    world.pass(9_000);
    world.socket.arrive({ type: 'connection', freshness: { state: 'live' } });
    world.pass(9_000);
    expect(live.state.get().phase).toBe('open');
    world.pass(2_000);
    expect(live.state.get()).toMatchObject({ phase: 'lost', cause: 'the Masthead server fell silent' });
  });

  it('gives up a socket that sends what is no frame', () => {
    greeted();
    world.socket.arrive('not json');
    expect(live.state.get()).toMatchObject({ phase: 'lost', cause: 'the Masthead server sent a frame that is not JSON' });
  });

  it('says what the server said before it closed', () => {
    greeted();
    world.socket.arrive({ type: 'error', code: 'too_many_requests', text: 'too many tabs' });
    world.socket.break();
    expect(live.state.get()).toMatchObject({ cause: 'too many tabs' });
  });

  it('ends a subscription at its error and does not bring it back', () => {
    const reader = greeted();
    world.socket.arrive({ type: 'error', id: 1, code: 'forbidden', text: 'no' });
    world.paint();
    expect(reader.frames).toHaveLength(1);
    world.socket.break();
    world.pass(400);
    world.socket.hello();
    expect(world.socket.of('subscribe')).toEqual([]);
  });

  it('ignores frames of a subscription that was closed', () => {
    const reader = new Reader();
    live.start();
    const subscription = live.subscribe(query, reader);
    world.socket.hello();
    world.socket.arrive(reset(1, 1));
    subscription.close();
    world.paint();
    expect(reader.frames).toEqual([]);
    expect(world.socket.of('unsubscribe')).toHaveLength(1);
  });

  it('subscribes with the newest query after a loss', () => {
    live.start();
    const subscription = live.subscribe(query, new Reader());
    world.socket.hello();
    subscription.update({ ...query, first: 100 });
    world.socket.break();
    world.pass(400);
    world.socket.hello();
    expect(world.socket.of('subscribe')[0]?.query).toMatchObject({ first: 100 });
  });

  it('tries at once when told to, and reports each failure', () => {
    const failure = vi.fn();
    live.onFailure = failure;
    greeted();
    world.socket.break();
    live.retryNow();
    expect(world.sockets).toHaveLength(2);
    expect(failure).toHaveBeenCalledTimes(1);
  });

  it('stays silent after it was stopped', () => {
    greeted();
    live.stop();
    world.pass(60_000);
    expect(world.sockets).toHaveLength(1);
  });
});
