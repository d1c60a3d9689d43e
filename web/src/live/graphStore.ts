// The graph of a plugin's objects: node by node as the server tells what has changed. A gap in the sequence, or another
// number of nodes than the server has, means that the two no longer agree.
import type { Freshness, GraphFrame, GraphNode, Missing, Problem, ServerFrame } from '../api/types';
import { Emitter } from '../lib/emitter';
import type { LiveSocket, Subscription } from './socket';

export type GraphNodes = ReadonlyMap<number, GraphNode>;

export interface GraphSnapshot {
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly nodes: GraphNodes;
  readonly leftOut: number;
  readonly freshness: Freshness | undefined;
  readonly missing: readonly Missing[];
  readonly problem: Problem | undefined;
}

export function applyGraph(nodes: GraphNodes, frame: GraphFrame): GraphNodes | 'resync' {
  const next = new Map(frame.reset ? [] : nodes);
  for (const id of frame.gone) next.delete(id);
  for (const node of frame.nodes) next.set(node.id, node);
  return next.size === frame.total ? next : 'resync';
}

export class GraphStore extends Emitter {
  readonly #socket: LiveSocket;
  readonly #plugin: string;
  readonly #namespace: string;
  #subscription: Subscription | undefined;
  #seq = 0;
  #snapshot: GraphSnapshot = { phase: 'loading', nodes: new Map(), leftOut: 0, freshness: undefined, missing: [], problem: undefined };

  constructor(socket: LiveSocket, plugin: string, namespace: string) {
    super();
    this.#socket = socket;
    this.#plugin = plugin;
    this.#namespace = namespace;
  }

  readonly getSnapshot = (): GraphSnapshot => this.#snapshot;

  readonly retry = (): void => {
    this.#subscription?.close();
    this.#snapshot = { ...this.#snapshot, problem: undefined, phase: this.#snapshot.nodes.size === 0 ? 'loading' : 'ready' };
    if (this.size > 0) this.#open();
    this.emit();
  };

  frame(frame: ServerFrame): 'ok' | 'resync' {
    if (frame.type === 'state') {
      this.#snapshot = { ...this.#snapshot, freshness: frame.freshness, missing: frame.missing };
    } else if (frame.type === 'error') {
      const { code, text, hint } = frame;
      this.#snapshot = { ...this.#snapshot, phase: 'failed', problem: hint === undefined ? { code, text } : { code, text, hint } };
    } else if (frame.type === 'graph') {
      if (!frame.reset && frame.seq !== this.#seq + 1) return 'resync';
      const nodes = applyGraph(this.#snapshot.nodes, frame);
      if (nodes === 'resync') return 'resync';
      this.#seq = frame.seq;
      this.#snapshot = { ...this.#snapshot, phase: 'ready', nodes, leftOut: frame.leftOut, problem: undefined };
    }
    return 'ok';
  }

  flush(): void {
    this.emit();
  }

  protected override onFirst(): void {
    this.#open();
  }

  protected override onLast(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  #open(): void {
    const scope = this.#namespace === '' ? {} : { namespace: this.#namespace };
    this.#subscription = this.#socket.subscribe({ type: 'graph', plugin: this.#plugin, ...scope }, this);
  }
}
