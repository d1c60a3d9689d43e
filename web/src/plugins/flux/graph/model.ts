// From the server's nodes to what is drawn: filtered, focused, grouped where there are too many, with the ways to causes.
// Pure.
import type { GraphNode, StatusName } from '../../../api/types';
import { nodeKey } from '../../../lib/place';
import { parseFilter } from '../../../lib/searchTerms';
import type { GraphNodes } from '../../../live/graphStore';
import { isBroken, statuses } from '../../../status/status';

export type Relation = 'source' | 'dependency' | 'owner' | 'input';

export interface ViewNode {
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: NonNullable<GraphNode['state']> | 'seen';
  readonly status: StatusName | undefined;
  /** Not asked for itself, but something that was asked for comes from it. */
  readonly context: boolean;
  /** Stands for so many. */
  readonly members: number;
  /** Can show what it has applied, or what it stands for. */
  readonly unfolds: boolean;
  readonly cause: string | undefined;
  /** The object itself; absent for groups. */
  readonly node: GraphNode | undefined;
}

export interface ViewEdge {
  readonly from: string;
  readonly to: string;
  readonly by: Relation | 'applied';
  /** Leads from a cause to what waits on it. */
  readonly toCause: boolean;
}

export interface View {
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly ViewEdge[];
  readonly matches: number;
  readonly objects: number;
  readonly grouped: boolean;
}

export interface Question {
  readonly q: string;
  readonly focus: string;
  readonly unfolded: readonly string[];
  /** Whether the last answer was grouped: then it stays so until there are clearly fewer. */
  readonly wasGrouped?: boolean;
}

/** More is no picture any more. */
export const mostNodes = 1_500;
/** Objects come and go: a picture that flipped between groups and objects with each would be none. */
export const mostUngrouped = 1_350;
/** A namespace with more than these is unfolded into its sources first. */
const mostOfGroup = 300;

export const keyOf = nodeKey;

/** Whether a key is of what stands for several. */
export const isGroup = (key: string): boolean => /^nss?\//.test(key);

function matcher(q: string): (node: GraphNode) => boolean {
  const { terms, text } = parseFilter(q);
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return (node) =>
    words.every((word) => {
      const not = word.startsWith('-') && word.length > 1;
      return keyOf(node).toLowerCase().includes(not ? word.slice(1) : word) !== not;
    })
    && terms.every(({ key, value, negated }) => {
      const wanted = value.toLowerCase();
      if (key === 'secret' || key === 'configmap') {
        const asked = node.kind.toLowerCase() === key && (node.name === value || `${node.namespace}/${node.name}` === value);
        return asked !== negated;
      }
      const said = key === 'ns' ? node.namespace : key === 'kind' ? node.kind : key === 'status' ? (node.status ?? node.state) : undefined;
      return (said?.toLowerCase() === wanted) !== negated;
    });
}

/** What can be reached from the given nodes. */
function reach(from: Iterable<number>, next: (id: number) => Iterable<number>): Set<number> {
  const found = new Set(from);
  for (const id of found) for (const other of next(id)) found.add(other);
  return found;
}

interface Chosen {
  readonly shown: readonly GraphNode[];
  readonly matching: ReadonlySet<number>;
}

function choose(nodes: GraphNodes, { q, focus }: Question): Chosen {
  const needs = (id: number): number[] => (nodes.get(id)?.needs ?? []).map((need) => need.id);
  let all = [...nodes.values()];
  const focused = focus === '' ? undefined : all.find((node) => keyOf(node) === focus);
  if (focused !== undefined) {
    const users = new Map<number, number[]>();
    for (const { id, needs: some = [] } of all) {
      for (const need of some) {
        const list = users.get(need.id);
        if (list === undefined) users.set(need.id, [id]);
        else list.push(id);
      }
    }
    const around = new Set([...reach([focused.id], needs), ...reach([focused.id], (id) => users.get(id) ?? [])]);
    all = all.filter(({ id }) => around.has(id));
  }
  const fits = matcher(q);
  const matching = new Set(all.filter(fits).map(({ id }) => id));
  if (q.trim() === '') return { shown: all, matching };
  const kept = reach(matching, needs);
  return { shown: all.filter(({ id }) => kept.has(id)), matching };
}

/** More namespaces than these are grouped in turn, by the beginnings of their names. */
const mostNamespaces = 200;
const beginning = (namespace: string): string => namespace.replace(/-[^-]*$/, '');

/** The key of what a node is drawn in: itself, or its group. */
function grouping(nodes: GraphNodes, shown: readonly GraphNode[], unfolded: ReadonlySet<string>): (node: GraphNode) => string {
  const sizes = new Map<string, number>();
  for (const { namespace = '' } of shown) sizes.set(namespace, (sizes.get(namespace) ?? 0) + 1);
  const alike = new Map<string, number>();
  if (sizes.size > mostNamespaces) for (const namespace of sizes.keys()) alike.set(beginning(namespace), (alike.get(beginning(namespace)) ?? 0) + 1);
  return (node) => {
    const { namespace = '', needs = [] } = node;
    const family = `nss/${beginning(namespace)}`;
    if ((alike.get(beginning(namespace)) ?? 0) > 1 && !unfolded.has(family)) return family;
    const group = `ns/${namespace === '' ? '-' : namespace}`;
    if (!unfolded.has(group)) return group;
    if ((sizes.get(namespace) ?? 0) <= mostOfGroup) return keyOf(node);
    const source = nodes.get(needs.find(({ by }) => by === 'source')?.id ?? -1);
    if (source === undefined) return keyOf(node);
    const part = `${group}/${source.kind}/${source.name}`;
    return unfolded.has(part) ? keyOf(node) : part;
  };
}

const worst = (a: StatusName | undefined, b: StatusName | undefined): StatusName | undefined =>
  a === undefined ? b : b === undefined || statuses[a].rank <= statuses[b].rank ? a : b;

function groupOf(key: string, members: readonly GraphNode[], matching: ReadonlySet<number>): ViewNode {
  const [level, namespace = '', kind, name] = key.split('/');
  const status = members.reduce<StatusName | undefined>((so, node) => worst(so, node.status), undefined);
  return {
    key,
    kind: level === 'nss' ? 'Namespaces' : kind === undefined ? 'Namespace' : `from ${kind}`,
    namespace: '',
    name: level === 'nss' ? `${namespace}-…` : name ?? (namespace === '-' ? 'no namespace' : namespace),
    state: 'seen',
    status,
    context: !members.some(({ id }) => matching.has(id)),
    members: members.length,
    unfolds: true,
    cause: undefined,
    node: undefined,
  };
}

function single(node: GraphNode, nodes: GraphNodes, matching: ReadonlySet<number>): ViewNode {
  const { kind, namespace = '', name, state = 'seen', status, cause, inventory } = node;
  const causeNode = nodes.get(cause ?? -1);
  return {
    key: keyOf(node),
    kind,
    namespace,
    name,
    state,
    status,
    context: !matching.has(node.id),
    members: 1,
    unfolds: inventory === true,
    cause: causeNode === undefined ? undefined : keyOf(causeNode),
    node,
  };
}

export function viewOf(nodes: GraphNodes, question: Question): View {
  const { shown, matching } = choose(nodes, question);
  const grouped = shown.length > (question.wasGrouped === true ? mostUngrouped : mostNodes);
  const inside = grouped ? grouping(nodes, shown, new Set(question.unfolded)) : keyOf;
  const members = new Map<string, GraphNode[]>();
  const home = new Map<number, string>();
  for (const node of shown) {
    const key = inside(node);
    home.set(node.id, key);
    const list = members.get(key);
    if (list === undefined) members.set(key, [node]);
    else list.push(node);
  }
  const view: ViewNode[] = [];
  for (const [key, list] of members) {
    const [only] = list;
    if (only !== undefined && key === keyOf(only)) view.push(single(only, nodes, matching));
    else view.push(groupOf(key, list, matching));
  }
  return {
    nodes: view.sort((a, b) => (a.key < b.key ? -1 : 1)),
    edges: edgesOf(nodes, shown, home, question.focus),
    matches: matching.size,
    objects: shown.length,
    grouped,
  };
}

/** The source that what applied it comes from too is said once, above. */
function isInherited(nodes: GraphNodes, node: GraphNode, source: number): boolean {
  return (node.needs ?? []).some(({ id, by }) => by === 'owner' && (nodes.get(id)?.needs ?? []).some((need) => need.by === 'source' && need.id === source));
}

function edgesOf(nodes: GraphNodes, shown: readonly GraphNode[], home: ReadonlyMap<number, string>, focus: string): ViewEdge[] {
  const edges = new Map<string, ViewEdge>();
  for (const node of shown) {
    const to = home.get(node.id);
    for (const { id, by } of node.needs ?? []) {
      const from = home.get(id);
      const needed = nodes.get(id);
      if (from === undefined || to === undefined || needed === undefined) continue;
      // A chart that helm-controller made for its release leads back to it.
      if (by === 'owner' && node.kind === 'HelmChart' && (needed.needs ?? []).some((need) => need.id === node.id)) continue;
      const grouped = from !== keyOf(needed) || to !== keyOf(node);
      if (grouped && from === to) continue;
      const waits = node.cause !== undefined && (node.cause === id || needed.cause === node.cause);
      const broken = node.status !== undefined && statuses[node.status].rank <= 4;
      const toCause = broken && (waits || (needed.state === 'missing' && by !== 'owner' && isBroken(node.status ?? 'Ready')));
      if (by === 'source' && !grouped && !toCause && focus !== to && isInherited(nodes, node, id)) continue;
      const name = grouped ? `${from} ${to}` : `${from} ${to} ${by}`;
      const before = edges.get(name);
      edges.set(name, { from, to, by: before?.by ?? by, toCause: toCause || before?.toCause === true });
    }
  }
  return [...edges.values()];
}
