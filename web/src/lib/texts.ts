// The page's own sentences: what, why, next step. Empty, empty by the filter, forbidden, partial, absent, unknown,
// stale and failed are different things and are said differently.
import type { Freshness, Guidance, Home, Missing, Problem, StatusName } from '../api/types';
import { formatCount, plural } from './number';
import { formatClock, formatDuration } from './time';

export const sessionOver = {
  title: 'Session over',
  text: 'This page’s session is not valid any more; open the URL that masthead printed.',
};

export const loading = (cluster: string, ms: number): string => `Waiting for ${cluster} (${formatDuration(ms)})…`;

export const emptyList = (title: string, namespace: string): string =>
  namespace === '' ? `No ${title} in this cluster.` : `No ${title} in ${namespace}.`;

export const elsewhere = (count: number): string => `${formatCount(count)} in other namespaces.`;

export const emptyByFilter = (filter: string): string => `Nothing matches ${filter}.`;

export const withoutFilter = (count: number): string => `${formatCount(count)} without the filter.`;

export const forbidden = (title: string, namespace: string): string =>
  namespace === '' ? `You may not list ${title}.` : `You may not list ${title} in ${namespace}.`;

export const missingRight = (right: string): string => `The right that is missing: ${right}.`;

export const absentTable = (table: string): string => `This cluster has no ${table}.`;
export const absentHint = 'It appears here by itself once the cluster serves it.';

/** How to get what a list of Flux lacks: what Home says about it. */
export function guidanceFor(table: string, guidance: readonly Guidance[]): readonly Guidance[] {
  const about: Readonly<Record<string, string>> = { 'no-flux': '.fluxcd.', 'no-helm-controller': '.helm.toolkit.fluxcd.', 'no-kustomize-controller': '.kustomize.toolkit.fluxcd.' };
  return guidance.filter(({ id }) => table.includes(about[id] ?? ' '));
}

export const failed = (what: string, problem: Problem): string => `Could not read ${what}: ${problem.text}.`;

export const countOf = (total: number | undefined, unfiltered: number | undefined): string =>
  total === undefined || unfiltered === undefined || total === unfiltered
    ? formatCount(total)
    : `${formatCount(total)} of ${formatCount(unfiltered)}`;

export const heldChip = ({ added, gone, moved }: { added: number; gone: number; moved: number }): string =>
  [
    added > 0 ? `${formatCount(added)} new` : '',
    gone > 0 ? `${formatCount(gone)} gone` : '',
    moved > 0 ? 'order changed' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');

export interface StaleText {
  readonly what: string;
  readonly next: string;
}

export function staleSince(subject: string, since: number | undefined, now: number, cause: string): string {
  const when = since === undefined ? '' : ` since ${formatClock(since, now)} (${formatDuration(now - since)})`;
  const why = cause === '' ? '' : `: ${cause}`;
  return `${subject}${when}${why}. Showing the last known state.`;
}

export const nextTry = (at: number | undefined, now: number): string =>
  at === undefined ? '' : at - now < 1000 ? 'Trying again now.' : `Next try in ${formatDuration(at - now + 999)}.`;

const causeOf = (freshness: Freshness): string => freshness.cause?.text ?? '';

/** What the banner says about the server's connection to the cluster; undefined: nothing to say. */
export function connectionText(cluster: string, freshness: Freshness | undefined, now: number): string | undefined {
  if (freshness === undefined) return undefined;
  if (freshness.state === 'stale') return staleSince(`${cluster} unreachable`, freshness.since, now, causeOf(freshness));
  if (freshness.state === 'forbidden') return `${cluster} refuses this account: ${causeOf(freshness)}.`;
  return undefined;
}

/** What a list or an object says about itself above its content; undefined: nothing to say. */
export function partText(freshness: Freshness | undefined, now: number): string | undefined {
  if (freshness?.state !== 'stale') return undefined;
  return staleSince('Not confirmed', freshness.since, now, causeOf(freshness));
}

export const unknownSince = (ms: number): string =>
  `No controller has reported on this object for ${formatDuration(ms)}. It may not be running.`;

export const broken = (causes: number, waiting: number): string =>
  waiting === 0 ? plural(causes, 'cause') : `${plural(causes, 'cause')}, ${plural(waiting, 'object')} waiting`;

const fine: ReadonlySet<string> = new Set<StatusName>(['Ready', 'Static']);

/** `All 341 objects fine.`, or what is not: never calls something fine that is only not broken. */
export function calm(home: Home): string {
  const other = new Map<string, number>();
  for (const count of home.counts) {
    for (const [status, number] of Object.entries(count.byStatus)) {
      if (!fine.has(status) && number > 0) other.set(status, (other.get(status) ?? 0) + number);
    }
  }
  if (home.total === 0) return 'There is nothing here yet.';
  if (other.size === 0) return home.total === 1 ? 'The one object is fine.' : `All ${formatCount(home.total)} objects fine.`;
  const parts = [...other].map(([status, number]) => `${formatCount(number)} ${status.toLowerCase()}`);
  const rest = [...other.values()].reduce((sum, number) => sum + number, 0);
  return `Nothing is broken: ${formatCount(home.total - rest)} of ${plural(home.total, 'object')} fine, ${parts.join(', ')}.`;
}

/** What was before Masthead began to watch is unknown, which is not the same as nothing. */
export const nothingMoved = (since: number, now: number): string =>
  now - since >= 3_590_000
    ? 'Nothing moved in the last hour.'
    : `Nothing moved since Masthead began to watch ${formatDuration(now - since)} ago; what was before, it has not seen.`;

export const nothingSeen = {
  what: 'You may not list anything here, so whether something is broken cannot be told.',
  next: 'Ask for the right to list what is yours; “Which” below shows each Role that would give it. A namespace you may read is tried with masthead serve --namespace NAME.',
};

/** Nothing is counted, and all that is missing is a matter of rights: not the same as nothing read yet. */
export const nothingMayBeSeen = (home: Pick<Home, 'counts'>, missing: readonly Missing[]): boolean =>
  home.counts.length === 0 && missing.length > 0 && missing.every(({ right }) => right !== undefined);

/** One line for all that an answer does not cover. */
export function missingSummary(missing: readonly Missing[]): string {
  const [first] = missing;
  if (missing.length === 1 && first !== undefined) return first.text;
  const namespaces = new Set(missing.flatMap(({ namespace }) => namespace ?? []));
  if (namespaces.size === missing.length) return `${plural(namespaces.size, 'namespace')} you may not list are not shown.`;
  const kinds = new Set(missing.flatMap(({ table }) => table ?? []));
  if (kinds.size === missing.length) return `${plural(kinds.size, 'kind')} you may not list everywhere, or not at all: this is not the whole cluster.`;
  return `${plural(missing.length, 'part')} of the answer are missing.`;
}

export interface TextPart {
  readonly text: string;
  readonly command: boolean;
  /** What ends the sentence or the clause behind a command: it stays with it. */
  readonly mark?: string;
}

function withMarks(pieces: readonly string[]): readonly TextPart[] {
  return pieces.map((piece, index) => {
    const mark = /^[.,;:]/.exec(pieces[index + 1] ?? '')?.[0];
    if (index % 2 === 1) return { text: piece, command: true, ...(mark === undefined ? {} : { mark }) };
    return { text: index === 0 ? piece : piece.replace(/^[.,;:]/, ''), command: false };
  });
}

/** A sentence and the commands in it, which stand between backticks. */
export function partsOfText(text: string): readonly TextPart[] {
  const pieces = text.split('`');
  // A backtick without its fellow is a character like any other.
  if (pieces.length % 2 === 0) return [{ text, command: false }];
  return withMarks(pieces).filter((part) => part.text !== '');
}
