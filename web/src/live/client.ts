// Everything live of one tab, wired together: socket, meta, connection state, shared answers.
import { ApiClient } from '../api/client';
import type { Controllers, Dashboard, Detail, Freshness, Home, LogsQuery, Operation, Ref, Tree, TreeQuery } from '../api/types';
import { clock } from '../lib/clock';
import { Value } from '../lib/emitter';
import { controllersOf, dashboardOf, detailOf, homeOf, LatestStore, operationsOf, treeOf } from './latestStore';
import { GraphStore } from './graphStore';
import { ListStore, type ListSpec } from './listStore';
import { LogStore } from './logStore';
import { MetaStore } from './meta';
import { LiveSocket, type SocketDeps, type SocketLike } from './socket';
import { subprotocol } from './protocol';

const timer = (run: () => void, ms: number): (() => void) => {
  const id = setTimeout(run, ms);
  return () => {
    clearTimeout(id);
  };
};

function adapt(socket: WebSocket): SocketLike {
  const like: SocketLike = {
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close: () => {
      socket.close();
    },
    onmessage: null,
    onclose: null,
  };
  socket.onmessage = (event: MessageEvent<unknown>) => like.onmessage?.(event);
  socket.onclose = () => like.onclose?.();
  return like;
}

function browserDeps(base: string): SocketDeps {
  return {
    open: () => {
      const url = new URL('api/live', base);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      return adapt(new WebSocket(url, subprotocol));
    },
    now: () => Date.now(),
    random: () => Math.random(),
    timer,
    paint: (run) => {
      const id = requestAnimationFrame(run);
      return () => {
        cancelAnimationFrame(id);
      };
    },
  };
}

export class LiveClient {
  readonly api: ApiClient;
  readonly socket: LiveSocket;
  readonly meta: MetaStore;
  /** The server's connection to the cluster. */
  readonly connection = new Value<Freshness | undefined>(undefined);
  /** The server is of another version than the page: undefined while they are the same. */
  readonly newerVersion = new Value<string | undefined>(undefined);
  /** What is being done through this server, by whichever tab. */
  readonly operations: LatestStore<readonly Operation[]>;
  readonly #homes = new Map<string, LatestStore<Home>>();
  #version: string | undefined;

  constructor(base: string, deps: SocketDeps = browserDeps(base)) {
    this.api = new ApiClient(base);
    this.meta = new MetaStore(this.api, { timer });
    this.api.onUnauthenticated = () => {
      this.meta.sessionOver();
    };
    this.socket = new LiveSocket(deps);
    this.operations = new LatestStore<readonly Operation[]>(this.socket, { type: 'operations' }, operationsOf);
    this.socket.onHello = (hello) => {
      clock.follow(hello.serverTime);
      this.#version ??= hello.version;
      this.newerVersion.set(hello.version === this.#version ? undefined : hello.version);
      void this.meta.read();
    };
    this.socket.onFrame = (frame) => {
      if (frame.type === 'connection') this.connection.set(frame.freshness);
      if (frame.type === 'meta') this.meta.announced(frame.revision);
    };
    // A refused upgrade looks like any other loss: asking for meta tells whether the session is over.
    this.socket.onFailure = () => void this.meta.read();
  }

  start(): void {
    void this.meta.read();
    const stopWhenOver = this.meta.subscribe(() => {
      if (this.meta.get().phase !== 'unauthenticated') return;
      this.socket.stop();
      stopWhenOver();
    });
    const visibility = (): void => {
      this.socket.setHidden(document.hidden);
      if (!document.hidden) this.socket.retryNow();
    };
    document.addEventListener('visibilitychange', visibility);
    addEventListener('online', () => {
      this.socket.retryNow();
    });
    visibility();
    this.socket.start();
  }

  list(spec: ListSpec): ListStore {
    return new ListStore(this.socket, spec);
  }

  detail({ table, namespace, name }: Pick<Ref, 'namespace' | 'name'> & { readonly table: string }): LatestStore<Detail> {
    const scope = namespace === '' ? {} : { namespace };
    return new LatestStore<Detail>(this.socket, { type: 'detail', table, ...scope, name }, detailOf);
  }

  logs(query: LogsQuery): LogStore {
    return new LogStore(this.socket, query, timer);
  }

  tree(query: TreeQuery): LatestStore<Tree> {
    return new LatestStore<Tree>(this.socket, query, treeOf);
  }

  /** One store a namespace, so that the menu's counts and Home are one subscription. */
  home(namespace: string): LatestStore<Home> {
    let store = this.#homes.get(namespace);
    if (store === undefined) {
      const query = namespace === '' ? ({ type: 'home' } as const) : ({ type: 'home', namespace } as const);
      store = new LatestStore<Home>(this.socket, query, homeOf);
      this.#homes.set(namespace, store);
    }
    return store;
  }

  dashboard(plugin: string, namespace: string): LatestStore<Dashboard> {
    const scope = namespace === '' ? {} : { namespace };
    return new LatestStore<Dashboard>(this.socket, { type: 'dashboard', plugin, ...scope }, dashboardOf);
  }

  controllers(plugin: string): LatestStore<Controllers> {
    return new LatestStore<Controllers>(this.socket, { type: 'controllers', plugin }, controllersOf);
  }

  graph(plugin: string, namespace: string): GraphStore {
    return new GraphStore(this.socket, plugin, namespace);
  }
}
