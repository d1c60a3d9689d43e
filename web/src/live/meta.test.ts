import { describe, expect, it } from 'vitest';
import { ApiClient } from '../api/client';
import type { Meta } from '../api/types';
import { FakeWorld } from './fakes';
import { MetaStore } from './meta';

const meta: Meta = { revision: 1, version: '1', cluster: { name: 'c', server: 's' }, user: 'u', readOnly: false, ready: true, sections: [], tables: [], namespaces: [], namespacesComplete: true, guidance: [] };

function setup(...answers: (Response | Error)[]) {
  const world = new FakeWorld();
  let asked = 0;
  const api = new ApiClient('http://127.0.0.1/', () => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer instanceof Response ? Promise.resolve(answer.clone()) : Promise.reject(answer ?? new TypeError('network'));
  });
  return { world, store: new MetaStore(api, { timer: world.deps.timer }), asked: () => asked };
}
const ok = (body: unknown): Response => new Response(JSON.stringify(body));
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
};

describe('meta', () => {
  it('says when the session is over', async () => {
    const { store } = setup(new Response('{}', { status: 401 }));
    await store.read();
    expect(store.get().phase).toBe('unauthenticated');
  });
  it('believes the status line of a 401, whatever its body says', async () => {
    const { store } = setup(new Response('{"code":"internal","text":"proxy"}', { status: 401 }));
    await store.read();
    expect(store.get().phase).toBe('unauthenticated');
  });
  it('keeps what it knew when it cannot be read again, and tries again', async () => {
    const { store, world, asked } = setup(ok(meta), new TypeError('network'), ok({ ...meta, revision: 3 }));
    await store.read();
    await store.read();
    expect(store.get()).toMatchObject({ phase: 'ready', meta: { revision: 1 } });
    world.pass(3_000);
    await settle();
    expect(asked()).toBe(3);
    expect(store.get()).toMatchObject({ meta: { revision: 3 } });
  });
  it('asks again until discovery has answered', async () => {
    const { store, world } = setup(ok({ ...meta, ready: false }), ok(meta));
    await store.read();
    world.pass(2_000);
    await settle();
    expect(store.get()).toMatchObject({ meta: { ready: true } });
  });
  it('reads again at another revision only', async () => {
    const { store, asked } = setup(ok(meta));
    await store.read();
    store.announced(1);
    expect(asked()).toBe(1);
    store.announced(2);
    expect(asked()).toBe(2);
    await settle();
  });
  it('fails with a sentence where the answer is something else', async () => {
    const { store } = setup(new Response('<html>'));
    await store.read();
    expect(store.get()).toMatchObject({ phase: 'failed', problem: { text: 'the server sent something that is not JSON' } });
  });
});
