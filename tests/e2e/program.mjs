// The program, a browser and the cluster's tools, for tests in a browser. MASTHEAD_PROGRAM, KUBECONFIG and
// MASTHEAD_KUBECTL say which; scripts/levels/e2e and scripts/levels/cluster set them.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const fromWeb = createRequire(join(root, 'web/package.json'));
const { chromium } = fromWeb('playwright-core');

export const flux = {
  kustomizations: 'kustomizations.kustomize.toolkit.fluxcd.io',
  gitRepositories: 'gitrepositories.source.toolkit.fluxcd.io',
  helmReleases: 'helmreleases.helm.toolkit.fluxcd.io',
};

/** The headless build: the same engine without a desktop's window, for three fifths of the processor time. */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

export const run = (file, args, env = {}) =>
  execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20, env: { ...process.env, ...env } });
export const cluster = (...args) => run(join(root, 'scripts/cluster'), args);
export const kubectl = (...args) => run(process.env.MASTHEAD_KUBECTL, args);

/** Creates what may be there from a run before. */
export function kubectlCreate(...args) {
  try {
    kubectl('create', ...args);
  } catch (error) {
    if (!/AlreadyExists|already exists/.test(String(error.stderr))) throw error;
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks until it is so; the answer that was true. The timeout ends a test that has failed, it decides nothing else. */
export async function eventually(what, check, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let last = '';
  // To look costs the page and the cluster what they are waited for with: less and less often.
  for (let pause = 60; ; pause = Math.min(pause * 1.4, 400)) {
    try {
      const answer = await check();
      if (answer) return answer;
      last = '';
    } catch (error) {
      last = error;
    }
    assert.ok(Date.now() < end, `not within ${seconds} s: ${what} ${last}`);
    await sleep(pause);
  }
}

/** A port that was free a moment ago, for a program that has to come back on the same one. */
export const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

/** The address that a program prints when it is ready. */
export const addressOf = (child, what) =>
  new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const found = /http:\S+/.exec(text);
      if (found) done(found[0]);
    });
    child.once('exit', (code) => fail(new Error(`${what} ended with ${code}`)));
  });

/** Starts `serve`; the address it prints and a way to stop it, which says how many milliseconds it took. */
export async function serve({ state, kubeconfig = process.env.KUBECONFIG, port = 0, more = [] }) {
  const child = spawn(process.env.MASTHEAD_PROGRAM,
    ['serve', '--no-browser', '--listen', `127.0.0.1:${port}`, '--state-dir', state, '--kubeconfig', kubeconfig, ...more],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.once('exit', done));
  const url = await addressOf(child, 'serve');
  const stop = async () => {
    const began = Date.now();
    child.kill('SIGTERM');
    await ended;
    return Date.now() - began;
  };
  return { child, url, stop };
}
