// The words of a list's filter: free text and `ns:`, `kind:`, `status:`, `label:`, `secret:`, `configmap:` terms, each negated by a
// leading `-`.
export const termKeys = ['ns', 'kind', 'status', 'label', 'secret', 'configmap'] as const;
export type TermKey = (typeof termKeys)[number];

export interface Term {
  readonly key: TermKey;
  readonly value: string;
  readonly negated: boolean;
}

export interface Filter {
  readonly terms: readonly Term[];
  readonly text: string;
}

const term = /^(-?)(ns|kind|status|label|secret|configmap):(\S+)$/i;

export function parseTerm(word: string): Term | undefined {
  const match = term.exec(word);
  if (match === null) return undefined;
  const [, minus = '', key = '', value = ''] = match;
  const found = termKeys.find((candidate) => candidate === key.toLowerCase());
  return found === undefined ? undefined : { key: found, value, negated: minus === '-' };
}

export function parseFilter(query: string): Filter {
  const terms: Term[] = [];
  const words: string[] = [];
  for (const word of query.trim().split(/\s+/)) {
    if (word === '') continue;
    const found = parseTerm(word);
    if (found === undefined) words.push(word);
    else terms.push(found);
  }
  return { terms, text: words.join(' ') };
}

export function formatTerm({ key, value, negated }: Term): string {
  return `${negated ? '-' : ''}${key}:${value}`;
}

export function formatFilter({ terms, text }: Filter): string {
  return [...terms.map(formatTerm), text].filter((part) => part !== '').join(' ');
}

/** What the server is asked: the namespace chosen at the top and the filter of the list. */
export function serverFilter(query: string, namespace: string, namespaced: boolean): string {
  const parts = namespace !== '' && namespaced ? [`ns:${namespace}`] : [];
  const trimmed = query.trim();
  if (trimmed !== '') parts.push(trimmed);
  return parts.join(' ').slice(0, 1024);
}

/** What may follow the word that is being typed. */
export function suggestTerms(word: string, values: Readonly<Partial<Record<TermKey, readonly string[]>>>): string[] {
  const minus = word.startsWith('-') ? '-' : '';
  const typed = word.slice(minus.length).toLowerCase();
  if (typed === '') return [];
  const colon = typed.indexOf(':');
  if (colon < 0) {
    return termKeys.filter((key) => key.startsWith(typed)).map((key) => `${minus}${key}:`);
  }
  const key = termKeys.find((candidate) => candidate === typed.slice(0, colon));
  if (key === undefined) return [];
  const start = typed.slice(colon + 1);
  const fits = (values[key] ?? []).filter((value) => value.toLowerCase().includes(start) && value.toLowerCase() !== start);
  return fits.slice(0, 8).map((value) => `${minus}${key}:${value}`);
}
