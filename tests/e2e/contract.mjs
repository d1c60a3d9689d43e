// Listens to what a page and the program say to each other, and holds it against api/openapi.yaml: every answer, every
// frame, every cell against its column, `seq` without gaps, a window that its deltas keep whole.
import { cellDeviations, deviations, frameDeviations } from '../../web/dev/contract.mjs';

const answers = { 'api/meta': 'Meta', 'api/search': 'SearchResult', 'api/yaml': 'YamlText', 'api/offers': 'Offers', 'api/operations': 'Started', 'api/audit': 'AuditPage', 'api/release/contents': 'ReleaseContents', 'api/release/values': 'ReleaseValues', 'api/substitutions': 'Substitutions', 'api/release/diff': 'ReleaseDiff', 'api/release/reveal': 'RevealedValue' };

class Window {
  constructor(query) {
    this.query = query;
    this.rows = new Set();
  }

  apply(frame) {
    if (frame.type === 'reset') this.rows = new Set(frame.rows.map(({ key }) => key));
    else {
      for (const key of frame.removes) this.rows.delete(key);
      for (const { key } of frame.upserts) this.rows.add(key);
    }
    const found = [];
    if (frame.type === 'reset' && this.rows.size !== frame.rows.length) found.push('a row came twice');
    const wanted = Math.max(0, Math.min(this.query.count, frame.total - frame.first));
    if (this.rows.size !== wanted) found.push(`the window holds ${this.rows.size} rows of ${wanted}`);
    if (frame.order !== undefined && (frame.order.length !== this.rows.size || frame.order.some((key) => !this.rows.has(key)))) found.push('order is not the window');
    return found;
  }
}

class Conversation {
  constructor() {
    this.heard = [];
    this.queries = new Map();
    this.windows = new Map();
    this.seq = new Map();
  }

  check(columns) {
    return this.heard.flatMap(({ from, frame }) => (from === 'page' ? this.#said(frame) : this.#answered(frame, columns)));
  }

  #said(frame) {
    if (frame.type === 'subscribe' || frame.type === 'update') {
      this.queries.set(frame.id, frame.query);
      if (frame.type === 'subscribe') this.seq.set(frame.id, 0);
    }
    return deviations('ClientFrame', frame);
  }

  #answered(frame, columns) {
    const found = frameDeviations(frame);
    if (frame.seq !== undefined) {
      const wanted = (this.seq.get(frame.id) ?? 0) + 1;
      if (frame.seq !== wanted) found.push(`${frame.type} of subscription ${frame.id} has seq ${frame.seq} after ${wanted - 1}`);
      this.seq.set(frame.id, frame.seq);
    }
    if (frame.type === 'reset' || frame.type === 'delta') found.push(...this.#rows(frame, columns));
    for (const field of frame.detail?.sections.flatMap(({ fields }) => fields) ?? []) found.push(...cellDeviations(field, field.value));
    return found;
  }

  #rows(frame, columns) {
    const query = this.queries.get(frame.id);
    if (frame.type === 'reset') this.windows.set(frame.id, new Window(query));
    const found = this.windows.get(frame.id).apply(frame);
    const wanted = columns.get(query.table) ?? [];
    for (const { key, cells } of frame.rows ?? frame.upserts) {
      if (cells.length !== wanted.length) found.push(`${key} has ${cells.length} cells for ${wanted.length} columns`);
      else found.push(...wanted.flatMap((column, index) => cellDeviations(column, cells[index]).map((text) => `${key}: ${text}`)));
    }
    return found.map((text) => `${query.table} ${frame.type} ${frame.seq}: ${text}`);
  }
}

export class Contract {
  constructor(page) {
    this.found = [];
    this.columns = new Map();
    this.conversations = [];
    this.bodies = [];
    this.types = new Set();
    page.on('websocket', (socket) => {
      const conversation = new Conversation();
      this.conversations.push(conversation);
      const hear = (from) => ({ payload }) => conversation.heard.push({ from, frame: JSON.parse(payload) });
      socket.on('framesent', hear('page'));
      socket.on('framereceived', hear('server'));
    });
    // Not every response: the body of one that is given up never comes.
    page.on('requestfinished', (request) => this.bodies.push(this.#answer(request)));
  }

  async #answer(request) {
    const path = /api\/[a-z]+$/.exec(new URL(request.url()).pathname)?.[0];
    if (answers[path] === undefined) return;
    let response;
    let body;
    try {
      response = await request.response();
      body = await response.json();
    } catch (error) {
      // A page that is left before the answer came takes its body along.
      if (error instanceof SyntaxError) this.found.push(`${path} is no JSON: ${error}`);
      return;
    }
    const schema = response.ok() ? answers[path] : 'Problem';
    this.types.add(schema);
    if (schema === 'Meta') for (const { id, columns } of body.tables) this.columns.set(id, columns);
    this.found.push(...deviations(schema, body).map((text) => `${path}: ${text}`));
  }

  /** All that deviated so far; each line once. */
  async deviations() {
    await Promise.all(this.bodies);
    for (const conversation of this.conversations.splice(0)) {
      for (const { from, frame } of conversation.heard) if (from === 'server') this.types.add(frame.type);
      this.found.push(...conversation.check(this.columns));
    }
    return [...new Set(this.found)];
  }
}
