// What a file of tests on embedded clusters has around it: a folder of its own, a browser, the clusters it starts, and a
// console on one of them as a person starts it. All of it ends with the file.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { addressOf, kubectl, launch, root, serve } from './program.mjs';

/** Called once at the top of a file; `shots` is the folder of its pictures below build/. */
export function onDemo(name, { shots = `e2e-${name}` } = {}) {
  const folder = mkdtempSync(join(tmpdir(), `masthead-${name}-`));
  const kubeconfig = join(folder, 'kubeconfig');
  const around = {
    folder,
    kubeconfig,
    shots: join(root, 'build', shots),
    browser: undefined,
    demo,
    console,
    kubectl: (...args) => kubectl('--kubeconfig', kubeconfig, ...args),
  };
  const started = [];
  const servers = [];

  /** Starts an embedded cluster with its own console; its address. */
  async function demo(...flags) {
    const child = spawn(process.env.MASTHEAD_PROGRAM, ['demo', '--no-browser', '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    return addressOf(child, 'demo');
  }

  /** `masthead serve` on an embedded cluster, which kubectl() then asks too; serve()'s answer. */
  async function console(scenario) {
    await demo('--scenario', scenario, '--kubeconfig-out', kubeconfig);
    const server = await serve({ state: join(folder, 'state'), kubeconfig });
    servers.push(server);
    return server;
  }

  before(async () => {
    mkdirSync(around.shots, { recursive: true });
    around.browser = await launch();
  });

  after(async () => {
    await around.browser?.close();
    for (const server of servers) await server.stop();
    for (const child of started) child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  return around;
}
