import { describe, expect, it } from 'vitest';
import type { LogLine, LogsQuery } from '../api/types';
import { FakeWorld } from './fakes';
import { LogBuffer } from './logBuffer';
import { LogStore } from './logStore';
import { LiveSocket } from './socket';

const at = (second: number, text: string, fraction = '000000000'): LogLine => ({ source: 0, time: `2026-08-14T09:30:${String(second).padStart(2, '0')}.${fraction}Z`, text });
const name = () => 'pod/main';
const texts = (buffer: LogBuffer) => buffer.entries.map(({ text }) => text);

describe('the buffer of a log', () => {
  it('holds no more lines than its limit, drops the oldest and counts them', () => {
    const buffer = new LogBuffer({ lines: 3, characters: 1000 });
    buffer.search('l');
    buffer.append([at(1, 'l1'), at(2, 'l2'), at(3, 'l3')], name);
    expect(buffer.dropped).toBe(0);
    buffer.append([at(4, 'l4')], name);
    expect(texts(buffer)).toEqual(['l2', 'l3', 'l4']);
    expect(buffer.dropped).toBe(1);
    expect(buffer.matches).toEqual([1, 2, 3]);
    expect(buffer.at(2)?.text).toBe('l3');
    expect(buffer.at(0)).toBeUndefined();
  });

  it('holds no more characters than its limit', () => {
    const buffer = new LogBuffer({ lines: 100, characters: 10 });
    buffer.append([at(1, 'aaaaa'), at(2, 'bbbbb')], name);
    expect(texts(buffer)).toEqual(['aaaaa', 'bbbbb']);
    buffer.append([at(3, 'c')], name);
    expect(texts(buffer)).toEqual(['bbbbb', 'c']);
  });

  it('finds what is searched for, in what is here and in what comes, whatever its case and escapes', () => {
    const buffer = new LogBuffer();
    buffer.append([at(1, 'one Fault'), at(2, 'fine')], name);
    buffer.search('fault');
    buffer.append([at(3, 'a \u001b[31mFA\u001b[1mULT')], name);
    expect(buffer.matches).toEqual([0, 2]);
    buffer.search('(.*');
    expect(buffer.matches).toEqual([]);
  });

  it('takes 100,000 lines in well under a second', () => {
    const buffer = new LogBuffer();
    buffer.search('needle');
    const began = performance.now();
    for (let batch = 0; batch < 200; batch += 1) buffer.append(Array.from({ length: 500 }, (_, index) => at(batch % 60, `line ${batch * 500 + index} with some words behind it`)), name);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(buffer.entries.length).toBe(50_000);
  });
});

function setting() {
  const world = new FakeWorld();
  const socket = new LiveSocket(world.deps);
  const query: LogsQuery = { type: 'logs', table: 'pods', namespace: 'n', name: 'pod', follow: true };
  const store = new LogStore(socket, query, world.deps.timer);
  socket.start();
  world.socket.hello();
  const stop = store.subscribe(() => undefined);
  const arrive = (seq: number, lines: readonly LogLine[]) => {
    const id = world.socket.of('subscribe').at(-1)!.id;
    world.socket.arrive({ type: 'logs', id, seq, lines: [...lines], sources: [{ namespace: 'n', pod: 'pod', container: 'main', state: 'following' }] });
    world.paint();
  };
  return { world, store, stop, arrive };
}

describe('a log on the page', () => {
  it('goes on after a lost socket where it was, without holes and without doubles', () => {
    const { world, store, arrive } = setting();
    arrive(1, [at(1, 'a'), at(2, 'b'), at(2, 'b'), at(3, 'c', '5')]);
    world.socket.break();
    world.pass(10_000);
    world.socket.hello();
    const [again] = world.socket.of('subscribe');
    expect(again!.query).toMatchObject({ type: 'logs', follow: true, since: Date.parse('2026-08-14T09:30:02Z') });
    arrive(1, [at(2, 'b'), at(2, 'b'), at(2, 'late'), at(3, 'c', '5'), at(3, 'c', '6')]);
    arrive(2, [at(4, 'd')]);
    expect(texts(store.buffer)).toEqual(['a', 'b', 'b', 'c', 'late', 'c', 'd']);
  });

  it('begins anew when another question is asked', () => {
    const { world, store, arrive } = setting();
    arrive(1, [at(1, 'a')]);
    store.ask({ type: 'logs', table: 'pods', namespace: 'n', name: 'pod', previous: true });
    expect(store.buffer.entries).toEqual([]);
    expect(world.socket.of('unsubscribe')).toHaveLength(1);
    arrive(1, [at(1, 'before')]);
    expect(texts(store.buffer)).toEqual(['before']);
  });

  it('tells the page ten times a second at most', () => {
    const { world, store, arrive } = setting();
    let told = 0;
    store.subscribe(() => { told += 1; });
    for (let seq = 1; seq <= 50; seq += 1) {
      arrive(seq, [at(1, `l${seq}`)]);
      world.pass(10);
    }
    world.pass(200);
    expect(told).toBeLessThanOrEqual(8);
    expect(store.buffer.entries).toHaveLength(50);
  });

  it('keeps nothing when nobody looks any more', () => {
    const { store, stop, arrive } = setting();
    arrive(1, [at(1, 'a')]);
    stop();
    expect(store.buffer.entries).toEqual([]);
  });
});
