import { beforeEach, describe, expect, it } from 'vitest';
import type { ServerFrame } from '../api/types';
import { FakeWorld } from './fakes';
import { ListStore } from './listStore';
import { LiveSocket } from './socket';

let world: FakeWorld;
let store: ListStore;
let stop: () => void;
const spec = { table: 'pods', filter: '', sort: 'name', descending: false };

beforeEach(() => {
  world = new FakeWorld();
  const socket = new LiveSocket(world.deps);
  store = new ListStore(socket, spec);
  stop = store.subscribe(() => undefined);
  socket.start();
  world.socket.hello();
});

function tell(...frames: ServerFrame[]): void {
  for (const frame of frames) world.socket.arrive(frame);
  world.paint();
}

const state = (is: 'live' | 'syncing' | 'stale' | 'forbidden' | 'absent', id = 1): ServerFrame => ({ type: 'state', id, freshness: { state: is }, missing: [] });
const rows = (keys: string) => [...keys].map((key) => ({ key, cells: [1] }));
const reset = (keys: string, seq: number, id = 1, total = keys.length): ServerFrame => ({ type: 'reset', id, seq, total, unfiltered: total, first: 0, rows: rows(keys) });
const delta = (seq: number, change: { put?: string; remove?: string; gone?: string; order?: string; total: number }): ServerFrame => ({
  type: 'delta',
  id: 1,
  seq,
  total: change.total,
  unfiltered: change.total,
  first: 0,
  upserts: rows(change.put ?? ''),
  removes: [...(change.remove ?? '')],
  gone: [...(change.gone ?? '')],
  ...(change.order === undefined ? {} : { order: [...change.order] }),
});
const keys = (): string => store.getSnapshot().keys.join('');

describe('a live list', () => {
  it('knows no total before the answer', () => {
    expect(store.getSnapshot()).toMatchObject({ phase: 'loading', total: undefined });
  });

  it('does not call a list empty whose first reading still runs', () => {
    tell(state('syncing'), reset('', 1));
    expect(store.getSnapshot().phase).toBe('loading');
    tell(state('live'));
    expect(store.getSnapshot()).toMatchObject({ phase: 'ready', total: 0 });
  });

  it('shows nothing of the content when it is forbidden, even if it was shown before', () => {
    tell(state('live'), reset('abc', 1));
    tell(state('forbidden'));
    expect(store.getSnapshot()).toMatchObject({ phase: 'forbidden', keys: [], total: undefined });
  });

  it('tells absent and failed apart', () => {
    tell(state('absent'));
    expect(store.getSnapshot().phase).toBe('absent');
    tell({ type: 'error', id: 1, code: 'timeout', text: 'too slow' });
    tell(state('live'));
    expect(store.getSnapshot().problem?.text).toBe('too slow');
  });

  it('keeps the last rows while the cluster is away', () => {
    tell(state('live'), reset('abc', 1));
    tell(state('stale'));
    expect(store.getSnapshot()).toMatchObject({ phase: 'ready', total: 3 });
    world.socket.break();
    expect(keys()).toBe('abc');
  });

  it('follows at once when nobody points at it', () => {
    tell(state('live'), reset('abc', 1));
    tell(delta(2, { put: 'x', order: 'xabc', total: 4 }));
    expect(keys()).toBe('xabc');
  });

  it('holds order, newcomers and removals while pointed at, and applies them when let go', () => {
    tell(state('live'), reset('abc', 1));
    store.hold('pointer', true);
    tell(delta(2, { put: 'x', remove: 'b', gone: 'b', order: 'xca', total: 3 }));
    expect(keys()).toBe('abc');
    expect([...store.getSnapshot().gone]).toEqual(['b']);
    expect(store.getSnapshot().held).toEqual({ added: 1, gone: 1, moved: 1 });
    expect(store.getSnapshot().total).toBe(3);
    store.hold('pointer', false);
    expect(keys()).toBe('xca');
    expect(store.getSnapshot().held).toEqual({ added: 0, gone: 0, moved: 0 });
  });

  it('applies when told to and goes on holding', () => {
    tell(state('live'), reset('abc', 1));
    store.hold('selection', true);
    tell(delta(2, { put: 'x', order: 'xabc', total: 4 }));
    store.apply();
    expect(keys()).toBe('xabc');
    tell(delta(3, { put: 'y', order: 'yxabc', total: 5 }));
    expect(keys()).toBe('xabc');
  });

  it('lets go only when the last reason is gone', () => {
    tell(state('live'), reset('abc', 1));
    store.hold('pointer', true);
    store.hold('focus', true);
    tell(delta(2, { put: 'x', order: 'xabc', total: 4 }));
    store.hold('pointer', false);
    expect(keys()).toBe('abc');
    store.hold('focus', false);
    expect(keys()).toBe('xabc');
  });

  it('marks rows gone that a whole answer does not have any more, as after a reconnect', () => {
    tell(state('live'), reset('abc', 1));
    store.hold('pointer', true);
    world.socket.break();
    world.pass(1000);
    world.socket.hello();
    tell(state('live'), reset('ac', 1));
    expect(keys()).toBe('abc');
    expect([...store.getSnapshot().gone]).toEqual(['b']);
  });

  it('keeps the old rows, marked, until another filter is answered, even when held', () => {
    tell(state('live'), reset('abc', 1));
    store.hold('focus', true);
    store.setSpec({ ...spec, filter: 'x' });
    expect(store.getSnapshot()).toMatchObject({ pending: true });
    expect(keys()).toBe('abc');
    tell(reset('xyz', 2, 1));
    expect(keys()).toBe('abc');
    tell(state('live', 2), reset('x', 1, 2));
    expect(store.getSnapshot()).toMatchObject({ pending: false, total: 1 });
    expect(keys()).toBe('x');
  });

  it('asks once for the same window', () => {
    store.setWindow(100, 200);
    store.setWindow(100, 200);
    expect(world.socket.of('update')).toHaveLength(1);
  });

  it('unsubscribes when nobody looks, and remembers what it had', () => {
    tell(state('live'), reset('abc', 1));
    stop();
    expect(world.socket.of('unsubscribe')).toHaveLength(1);
    expect(keys()).toBe('abc');
  });
});
