// The console's lists, details and trees as a program reads them, over its socket, and the tables that kubectl prints.
import assert from 'node:assert/strict';
import { eventually, fromWeb, kubectl, run } from '../e2e/program.mjs';

const { WebSocket } = fromWeb('ws');

/** A table's rows as objects by column id, under their key. */
export class Rows {
  constructor(url) {
    this.base = new URL('.', url);
    const address = new URL(url);
    this.cookie = `masthead-${address.port}=${address.searchParams.get('secret')}`;
    const socket = new URL('api/live', this.base);
    socket.protocol = 'ws:';
    this.socket = new WebSocket(socket, ['masthead.v1'], { headers: { cookie: this.cookie, origin: address.origin } });
    this.opened = new Promise((done, fail) => {
      this.socket.once('open', done);
      this.socket.once('error', fail);
    });
    this.next = 1;
    this.waiting = new Map();
    this.socket.on('message', (bytes) => {
      const frame = JSON.parse(bytes);
      if (['reset', 'detail', 'tree', 'error'].includes(frame.type)) this.waiting.get(frame.id)?.(frame);
    });
  }

  meta() {
    return JSON.parse(run('curl', ['-sf', '-H', `Cookie: ${this.cookie}`, new URL('api/meta', this.base).href]));
  }

  tables() {
    return this.meta().tables;
  }

  async read({ id, columns }) {
    const frame = await this.ask({ type: 'list', table: id, first: 0, count: 500 });
    return new Map(frame.rows.map(({ key, cells }) => [key, Object.fromEntries(columns.map((column, index) => [column.id, cells[index]]))]));
  }

  /** The first answer to a query. */
  async ask(query) {
    await this.opened;
    const subscription = this.next++;
    const answer = new Promise((done) => this.waiting.set(subscription, done));
    this.say({ type: 'credit', n: 100 });
    this.say({ type: 'subscribe', id: subscription, query });
    const frame = await answer;
    this.say({ type: 'unsubscribe', id: subscription });
    if (frame.type === 'error') throw new Error(`${JSON.stringify(query)}: ${frame.text}`);
    return frame;
  }

  say(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  close() {
    this.socket.close();
  }
}

/** `kubectl get -o wide`, whose cells stand under their titles; by the same keys. */
export function kubectlTable(resource, namespaced) {
  const [head, ...lines] = kubectl('get', resource, '-o', 'wide', ...(namespaced ? ['-A'] : [])).trimEnd().split('\n');
  const titles = [...head.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ title: match[0], from: match.index }));
  return new Map(lines.map((line) => {
    const letters = [...line];
    const cells = Object.fromEntries(titles.map(({ title, from }, index) => [title, letters.slice(from, titles[index + 1]?.from).join('').trim()]));
    return [`${cells.NAMESPACE ?? ''}/${cells.NAME}`, cells];
  }));
}

/** Two readings of a moving cluster never fall together: what differs must differ in every one of several. */
export async function same(what, read) {
  let lasting;
  await eventually(what, async () => {
    const found = await read();
    lasting = lasting === undefined ? found : lasting.filter((line) => found.includes(line));
    return lasting.length === 0;
  }, 20).catch((error) => assert.deepEqual(lasting ?? String(error), [], what));
}
