#!/usr/bin/env node
// `masthead serve` and a real API server that freezes, that a cable leads to, whose etcd goes back in time, that is another
// one: what is shown is compared with fresh lists, what was asked with the API server's own log.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, serve, sleep } from '../e2e/program.mjs';
import { Cable, Cluster, freshList, Gate, kubeconfigFor, pathOf, Reader } from './faults.mjs';

const folder = mkdtempSync(join(tmpdir(), 'masthead-faults-'));
const name = `${process.env.MASTHEAD_CLUSTER_NAME}-faults`;
const staleWithinS = 30;
const liveWithinMs = 5_000;
const identity = 'metadata.name=kube-system';

/** A console on these clusters, the first of which is behind the gate, with all of its lists followed. */
async function begin(clusters, { gate = new Gate(), server } = {}) {
  gate.target = clusters[0].port;
  server ??= `https://127.0.0.1:${(await gate.open({ port: 0, host: '127.0.0.1' })).port}`;
  const state = mkdtempSync(join(folder, 'serve-'));
  const program = await serve({ state, kubeconfig: kubeconfigFor(clusters, server, join(state, 'kubeconfig')), more: ['--log-level', 'error'] });
  const reader = new Reader(program.url);
  const stop = async () => {
    reader.close();
    await program.stop();
    gate.shut();
    gate.server.close();
  };
  try {
    await reader.begin();
    await eventually('all lists are live', () => reader.all('live'), 20);
    assert.deepEqual(await reader.keys(), keysOf(freshList(clusters[0], reader.tables)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { gate, reader, stop };
}

const keysOf = (lines) => lines.map((line) => line.slice(0, line.lastIndexOf(' ')));

/** Everything is live and as a fresh list says within 5 s of the first good answer behind the mark; how long it took. */
async function recovered({ reader }, where, mark, since) {
  const good = await eventually('there is a good answer', () => where.requests(mark).find(({ code, answered }) => code === 200 && answered >= since), 60);
  const wanted = freshList(where, reader.tables);
  await eventually('all is live and as a fresh list says',
    async () => reader.connection === 'live' && reader.all('live') && (await reader.keys()).join() === keysOf(wanted).join(), 30);
  const took = Date.now() - good.answered;
  assert.ok(took <= liveWithinMs, `${took} ms after the first good answer`);
  return took;
}

/** Object by object, by resourceVersion: what the cache holds can be read once nobody answers. */
async function holdsAFreshList({ gate, reader }, where) {
  const wanted = freshList(where, reader.tables);
  gate.shut();
  await eventually('the console is on its own', () => reader.connection === 'stale', 10);
  assert.deepEqual(await reader.versions(), wanted);
}

const asked = (where, mark, table) => where.requests(mark).filter(({ path, text }) => path === pathOf(table) && !text.includes(identity));

/** One watch for each kind, from what was seen last: nothing is listed anew. */
function expectResumed({ reader }, where, mark, before) {
  for (const table of reader.tables) {
    const requests = asked(where, mark, table);
    assert.equal(requests.length, 1, `${table.id}: ${requests.map(({ text }) => text).join('; ')}`);
    assert.equal(requests[0].text, `watch ${pathOf(table)} rv=${requests[0].version}`);
    const seen = before.filter((line) => line.startsWith(`${table.id} `)).map((line) => Number(line.split(' ').at(-1)));
    assert.ok(Number(requests[0].version) >= Math.max(1, ...seen), `${requests[0].text}, seen ${Math.max(...seen)}`);
  }
}

/** One whole list for each kind and a watch from there; before them at most one watch that the server did not refuse, and the question whether it has gone back. */
async function expectListedOnce({ reader }, where, mark) {
  const odd = () => {
    for (const table of reader.tables) {
      const said = asked(where, mark, table).map(({ text }) => text).join('; ');
      const path = pathOf(table);
      const [watch, question] = [`watch ${path} rv=\\d+; `, `list ${path} limit=1; `];
      // A server that is not ready yet answers neither, in whichever order they came.
      if (!new RegExp(`^((${watch})?(${question})?|${question}${watch})list ${path} limit=0; watch ${path} rv=\\d+$`).test(said)) return `${table.id}: ${said}`;
    }
    return '';
  };
  // A list of which nothing has changed may be live before it is asked for: a moment's break is none.
  await eventually('every kind is listed', () => odd() === '', 5).catch(() => {});
  assert.equal(odd(), '');
}

const tests = [];
const test = (title, body) => tests.push({ title, body });

test('an API server that freezes is shown as stale within 30 s, and resumed by watches when it goes on', async ({ lab }) => {
  const console_ = await begin([lab]);
  const { gate, reader } = console_;
  try {
    const before = freshList(lab, reader.tables);
    const mark = lab.mark();
    const began = Date.now();
    lab.do('freeze', 'apiserver');
    let stale;
    let thawed;
    try {
      await eventually('all lists are stale', () => reader.all('stale') && reader.connection === 'stale', staleWithinS);
      stale = Date.now();
      await sleep(Math.max(4_000, began + 25_000 - stale));
      gate.expectOneProbeASecond(stale, Date.now(), 0);
    } finally {
      thawed = Date.now();
      lab.do('thaw', 'apiserver');
    }
    const took = await recovered(console_, lab, mark, thawed);
    expectResumed(console_, lab, mark, before);
    lab.create('thawed', 3);
    await eventually('changes are shown again', async () => (await reader.keys()).includes('configmaps default/thawed-2'), 5);
    await holdsAFreshList(console_, lab);
    return `stale after ${stale - began} ms, live ${took} ms after the first good answer`;
  } finally {
    await console_.stop();
  }
});

test('a cable that is pulled for 20 s costs one watch a kind, which brings what was missed', async ({ lab }) => {
  let cable;
  try {
    cable = new Cable();
  } catch (error) {
    throw Object.assign(new Error(`network namespaces are not permitted: ${String(error.stderr ?? error).trim()}`), { skip: true });
  }
  try {
    const gate = new Gate();
    const file = join(folder, 'way-in');
    await gate.open(file);
    const console_ = await begin([lab], { gate, server: await cable.lead(file) });
    const { reader } = console_;
    try {
      const before = freshList(lab, reader.tables);
      const began = Date.now();
      cable.pull();
      const mark = lab.mark();
      lab.create('missed', 30);
      await eventually('all lists are stale', () => reader.all('stale') && reader.connection === 'stale', staleWithinS);
      const stale = Date.now();
      assert.ok(!(await reader.keys()).some((key) => key.includes('missed')));
      await sleep(Math.max(1_000, began + 21_000 - stale));
      const silent = lab.requests(mark).filter(({ at }) => at > began + 1_000);
      assert.deepEqual(silent, [], 'nothing came through');
      const plugged = Date.now();
      cable.plug();
      const took = await recovered(console_, lab, mark, plugged);
      expectResumed(console_, lab, mark, before);
      await holdsAFreshList(console_, lab);
      return `stale after ${stale - began} ms, live ${took} ms after the first good answer`;
    } finally {
      await console_.stop();
    }
  } finally {
    cable.remove();
  }
});

test('a restored snapshot of etcd takes back what was made after it', async ({ lab }) => {
  lab.do('snapshot');
  const console_ = await begin([lab]);
  const { gate, reader } = console_;
  try {
    // More than a starting API server writes by itself: what it has written hides how far it went back.
    lab.create('undone', 300);
    lab.kubectl('label', 'namespace', 'default', 'undone=yes');
    await eventually('what will be undone is shown', async () => (await reader.keys()).includes('configmaps default/undone-299'), 10);
    const newest = (lines) => Math.max(...lines.map((line) => Number(line.split(' ').at(-1))));
    const before = freshList(lab, reader.tables);
    const mark = lab.mark();
    const began = Date.now();
    lab.do('restore');
    const after = freshList(lab, reader.tables);
    assert.ok(newest(after) < newest(before), 'resourceVersions have gone back');
    gate.expectOneProbeASecond(began + 1_000, Date.now(), 0);
    const took = await recovered(console_, lab, mark, began);
    assert.ok(!(await reader.keys()).some((key) => key.includes('undone')));
    await expectListedOnce(console_, lab, mark);
    await holdsAFreshList(console_, lab);
    return `live ${took} ms after the first good answer`;
  } finally {
    await console_.stop();
  }
});

test('another cluster behind the same address replaces everything', async ({ lab }) => {
  const other = new Cluster(`${name}-other`);
  try {
    lab.create('of-the-first', 5);
    other.create('of-the-second', 5);
    const console_ = await begin([lab, other]);
    const { gate, reader } = console_;
    try {
      const uid = () => JSON.parse(other.kubectl('get', 'namespace', 'kube-system', '-o', 'json')).metadata.uid;
      const mark = other.mark();
      const turned = Date.now();
      gate.target = other.port;
      gate.cut();
      const took = await recovered(console_, other, mark, turned);
      assert.ok(!(await reader.keys()).some((key) => key.includes('of-the-first')));
      await expectListedOnce(console_, other, mark);
      await eventually('it is named by its own identity', () => reader.rows.meta().cluster.uid === uid(), 10);
      await holdsAFreshList(console_, other);
      return `live ${took} ms after the first good answer`;
    } finally {
      await console_.stop();
    }
  } finally {
    other.do('down');
  }
});

async function main() {
  let failed = 0;
  const lab = new Cluster(name);
  try {
    for (const { title, body } of tests.filter((one) => one.title.includes(process.argv[2] ?? ''))) {
      const began = Date.now();
      try {
        const figures = await body({ lab });
        console.log(`${figures}; ${Math.round((Date.now() - began) / 1000)} s in all`);
        console.log(`ok ${title}`);
      } catch (error) {
        if (error.skip) {
          console.log(`skip ${title}: ${error.message}`);
          continue;
        }
        failed += 1;
        console.log(`not ok ${title}`);
        console.log(String(error.stack ?? error).replace(/^/gm, '  '));
      }
    }
  } finally {
    lab.do('down');
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(failed === 0 ? 0 : 1);
}

await main();
