#!/usr/bin/env node
// Logs through a real API server, from KWOK, which plays the kubelet: no holes and no doubles when it is killed, and the
// words it finds for what it does not give.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { cluster, eventually, kubectl, sleep } from '../e2e/program.mjs';
import { open, runTests, serve, test } from './console.mjs';

const log = process.env.MASTHEAD_POD_LOG;
let written = 0;

/** As a container runtime writes it: some lines share a time, some come a little late. */
function write(count) {
  let text = '';
  for (let index = 0; index < count; index += 1) {
    const at = new Date(Date.now() - (index % 5 === 4 ? 300 : 0)).toISOString().replace('Z', '000000Z');
    text += `${at} ${index % 3 === 0 ? 'stderr' : 'stdout'} F kept line ${written}\n`;
    written += 1;
  }
  appendFileSync(log, text);
}

const podOf = (ns) => JSON.parse(kubectl('-n', ns, 'get', 'pods', '--field-selector=status.phase=Running', '-o', 'json')).items[0].metadata.name;
/** All lines of the buffer, as the page would save them. */
async function saved(page) {
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /lines that are here/ }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  await page.keyboard.press('Escape');
  return Buffer.concat(chunks).toString().split('\n').filter((line) => line.includes('kept line'));
}

test('the log of a pod goes on over a kill of the API server without holes and without doubles', async ({ page, url }) => {
  const pod = podOf('shop');
  await page.goto(new URL(`list/pods?open=pods/shop/${pod}&tab=logs`, url).href);
  await eventually('the first lines are there', async () => /request/.test(await page.getByRole('log').innerText()), 30);
  for (let turn = 0; turn < 4; turn += 1) {
    write(40);
    await sleep(400);
    if (turn === 1) cluster('kill', 'apiserver');
    if (turn === 2) cluster('start', 'apiserver');
  }
  const last = `kept line ${written - 1}`;
  await eventually('the last line is there', async () => (await page.getByRole('log').innerText()).includes(last), 60);
  await sleep(2_000);
  const numbers = (await saved(page)).map((line) => Number(/kept line (\d+)/.exec(line)[1])).sort((a, b) => a - b);
  assert.deepEqual(numbers, Array.from({ length: written }, (_, index) => index));
});

test('10,000 lines a second do not freeze the page, which holds the newest and says what it dropped', async ({ page, url }) => {
  const pod = podOf('shop');
  await page.goto(new URL(`list/pods?open=pods/shop/${pod}&tab=logs`, url).href);
  await eventually('it is followed', async () => /Following 1 container/.test(await page.innerText('#object')), 30);
  await page.evaluate(() => {
    window.longest = 0;
    window.drawn = 0;
    const draw = () => { window.drawn += 1; requestAnimationFrame(draw); };
    requestAnimationFrame(draw);
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); }).observe({ type: 'longtask' });
  });
  const flood = `flood ${'x'.repeat(90)}`;
  for (let tenth = 0; tenth < 100; tenth += 1) {
    const at = new Date().toISOString().replace('Z', '000000Z');
    appendFileSync(log, `${at} stdout F ${flood}\n`.repeat(1_000));
    await sleep(100);
  }
  // How long a task takes is this machine's and its load's; a page that is frozen draws nothing. Asked before it can catch up.
  const drawn = await page.evaluate(() => window.drawn);
  appendFileSync(log, `${new Date().toISOString().replace('Z', '000000Z')} stdout F after the flood\n`);
  await eventually('the last line is there', async () => (await page.getByRole('log').innerText()).includes('after the flood'), 90);
  await eventually('it says what it dropped', async () => /[\d,]+ older lines dropped/.test(await page.innerText('#object')), 30);
  const longest = await page.evaluate(() => window.longest);
  console.log(`the page drew ${drawn} times; its longest task took ${Math.round(longest)} ms`);
  assert.ok(drawn >= 20, `drawn ${drawn} times during the flood`);
});

test('the right to read is named when it is missing, and followed when it is given and taken away', async () => {
  const pod = podOf('shop');
  const binding = (name, ...rules) => {
    kubectl('-n', 'shop', 'create', 'role', name, ...rules);
    kubectl('-n', 'shop', 'create', 'rolebinding', name, `--role=${name}`, '--user=nobody');
  };
  const remove = (name) => kubectl('-n', 'shop', 'delete', 'role,rolebinding', name, '--ignore-not-found');
  binding('sees-pods', '--verb=get,list,watch', '--resource=pods');
  const reader = await serve(process.env.KUBECONFIG_NOBODY, '--namespace', 'shop');
  try {
    const page = await open(reader.url);
    await page.goto(new URL(`list/pods?open=pods/shop/${pod}&tab=logs`, reader.url).href);
    const says = (words, seconds) => eventually(`it says ${words}`, async () => words.test(await page.innerText('#object')), seconds);
    await says(/You may not read the logs of pods in shop[\s\S]*get pods\/log in shop/, 30);
    binding('reads-logs', '--verb=get', '--resource=pods/log');
    await says(/Following 1 container/, 40);
    remove('reads-logs');
    await says(/You may not read this log any more/, 40);
    await page.context().close();
  } finally {
    await reader.stop();
    for (const name of ['sees-pods', 'reads-logs']) remove(name);
  }
});

await runTests({ settled: false });
