// A test fixture for developing the page and for browser tests of it: speaks api/openapi.yaml over HTTP and WebSocket
// with made-up data, serves web/dist under the same headers as the product. It is no part of the product.
//   node dev/server.mjs [port]      POST /__dev {"size":5000,"mood":"fire","connection":{"state":"stale"},…}
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { validate } from './contract.mjs';
import { Fleet, namespaces, sections, tables } from './fleet.mjs';
import { Session } from './live.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const csp = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', txt: 'text/plain; charset=utf-8' };

export async function startFixture({ port = 0, base = '/' } = {}) {
  const sessions = new Set();
  const noTrouble = () => ({ forbidden: new Set(), absent: new Set(), syncing: new Set(), partial: new Set(), failing: new Set() });
  const world = { fleet: new Fleet({ size: 30 }), version: '0.1.0', revision: 1, connection: { state: 'live', confirmed: Date.now() }, delayMs: 5, trouble: noTrouble(), unauthenticated: false, ready: true, hidden: new Set(), guidance: [], moving: false, refuse: false };

  const meta = () => ({
    revision: world.revision,
    version: world.version,
    cluster: { uid: '5d0a', name: 'prod-eu', context: 'prod-eu', server: 'https://10.0.0.1:6443', version: 'v1.36.3' },
    user: 'alice@example.test',
    readOnly: true,
    ready: world.ready,
    sections: world.ready ? sections.map((section) => ({ ...section, tables: section.tables.filter((id) => !world.hidden.has(id)) })).filter((section) => section.tables.length > 0) : [],
    tables: world.ready ? tables.filter(({ id }) => !world.hidden.has(id)) : [],
    namespaces,
    namespacesComplete: true,
    guidance: world.guidance,
  });

  const search = (q) => {
    const hits = [];
    for (const objects of world.fleet.objects.values()) for (const object of objects.values()) if (object.key.includes(q)) hits.push({ ref: world.fleet.ref(object), status: object.status });
    const grade = ({ ref }) => (ref.name === q ? 0 : ref.name.startsWith(q) ? 1 : ref.name.includes(q) ? 2 : 3);
    hits.sort((a, b) => grade(a) - grade(b));
    return { total: hits.length, hits: hits.slice(0, 20) };
  };

  const control = async (request) => {
    let text = '';
    for await (const part of request) text += part;
    const wanted = JSON.parse(text || '{}');
    if (wanted.reset) Object.assign(world, { trouble: noTrouble(), connection: { state: 'live' }, unauthenticated: false, ready: true, hidden: new Set(), guidance: [], moving: false, delayMs: 5, refuse: false, version: '0.1.0' });
    if (wanted.size !== undefined || wanted.mood !== undefined) world.fleet = new Fleet({ size: wanted.size ?? 30, mood: wanted.mood ?? 'fire' });
    for (const key of ['unauthenticated', 'ready', 'guidance', 'moving', 'delayMs', 'skipSeq', 'version', 'refuse']) if (wanted[key] !== undefined) world[key] = wanted[key];
    for (const [kind, ids] of Object.entries(wanted.trouble ?? {})) world.trouble[kind] = new Set(ids);
    if (wanted.hidden !== undefined) world.hidden = new Set(wanted.hidden);
    if (wanted.connection !== undefined) {
      world.connection = wanted.connection;
      for (const session of sessions) session.connection();
    }
    if (wanted.step) for (let index = 0; index < wanted.step; index++) world.fleet.step();
    if (wanted.touch) Object.assign(world.fleet.objects.get(wanted.touch.table).get(wanted.touch.key), wanted.touch.set);
    if (wanted.remove) world.fleet.objects.get(wanted.remove.table).delete(wanted.remove.key);
    if (wanted.add) Object.assign(world.fleet.add(tables.find(({ id }) => id === wanted.add.table), 5000));
    if (wanted.meta) {
      world.revision += 1;
      for (const session of sessions) session.meta();
    }
    if (wanted.drop) for (const session of sessions) session.socket.terminate();
    if (wanted.whole) for (const session of sessions) for (const sub of session.subs.values()) session.whole(sub);
    for (const session of sessions) session.changed();
    return { sessions: sessions.size, subscriptions: [...sessions].map(({ subs }) => [...subs.values()].map(({ query }) => query)), credit: [...sessions].map(({ credit }) => credit) };
  };

  const api = async (url, request) => {
    if (url.pathname === '/__dev') return [200, await control(request)];
    if (world.unauthenticated) return [401, validate('Problem', { code: 'unauthenticated', text: 'no session' })];
    if (url.pathname === '/api/meta') return [200, validate('Meta', meta())];
    if (url.pathname === '/api/search') return [200, validate('SearchResult', search(url.searchParams.get('q') ?? ''))];
    if (url.pathname === '/api/yaml') {
      const query = url.searchParams;
      if (world.trouble.failing.has('yaml')) return [504, { code: 'timeout', text: 'upstream timed out after 10 s' }];
      const yaml = world.fleet.yaml(query.get('table'), query.get('namespace') ?? '', query.get('name'), query.get('managedFields') === 'full');
      if (yaml === undefined) return [404, validate('Problem', { code: 'not_found', text: 'there is no such object' })];
      return [200, validate('YamlText', { yaml, resourceVersion: '184467', live: true })];
    }
    return [404, validate('Problem', { code: 'not_found', text: 'there is no such address' })];
  };

  const server = createServer(async (request, response) => {
    try {
      const url = new URL(request.url, 'http://fixture');
      if (!url.pathname.startsWith(base)) {
        response.writeHead(404).end();
        return;
      }
      url.pathname = `/${url.pathname.slice(base.length)}`;
      if (url.pathname === '/api/licenses') {
        response.writeHead(200, { 'content-type': types.txt }).end(await readFile(`${dist}third-party-notices.txt`, 'utf8'));
      } else if (url.pathname.startsWith('/api/') || url.pathname === '/__dev') {
        const [status, body] = await api(url, request);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      } else {
        const file = /\.(js|css|svg|txt)$/.test(url.pathname) ? url.pathname.slice(1) : 'index.html';
        let body = await readFile(dist + file).catch(() => undefined);
        if (body === undefined) {
          response.writeHead(404).end();
          return;
        }
        if (file === 'index.html') body = body.toString().replace('<base href="/" />', `<base href="${base}" />`);
        response.writeHead(200, { 'content-type': types[file.slice(file.lastIndexOf('.') + 1)], 'content-security-policy': csp, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }).end(body);
      }
    } catch (error) {
      console.error(error);
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 'internal', text: String(error) }));
    }
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has('masthead.v1') ? 'masthead.v1' : false) });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== `${base}api/live` || world.unauthenticated || world.refuse) {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (live) => {
      const session = new Session(world, live, validate);
      sessions.add(session);
      live.on('close', () => sessions.delete(session));
    });
  });
  const beat = setInterval(() => {
    for (const session of sessions) session.connection();
  }, 4000);
  const life = setInterval(() => {
    if (!world.moving) return;
    world.fleet.step();
    for (const session of sessions) session.changed();
  }, 700);
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}${base}`;
  return {
    origin,
    set: async (wanted) => await (await fetch(`${origin}__dev`, { method: 'POST', body: JSON.stringify(wanted) })).json(),
    stop: () => {
      clearInterval(beat);
      clearInterval(life);
      for (const session of sessions) session.socket.terminate();
      server.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fixture = await startFixture({ port: Number(process.argv[2] ?? 7070) });
  console.log(fixture.origin);
}
