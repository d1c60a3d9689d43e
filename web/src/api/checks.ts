// The shape of answers, checked as far as the page would otherwise break on them.
import type { AuditPage, Meta, Offers, ReleaseContents, ReleaseDiff, ReleaseValues, RevealedValue, SearchResult, Started, Substitutions, YamlText } from './types';

type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'array' | 'object'>>;

function has(body: unknown, shape: Shape): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const fields = new Map<string, unknown>(Object.entries(body));
  return Object.entries(shape).every(([key, wanted]) => {
    const value = fields.get(key);
    if (wanted === 'array') return Array.isArray(value);
    if (wanted === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
    return typeof value === wanted;
  });
}

export const isMeta = (body: unknown): body is Meta =>
  has(body, {
    revision: 'number',
    version: 'string',
    cluster: 'object',
    ready: 'boolean',
    sections: 'array',
    tables: 'array',
    namespaces: 'array',
    guidance: 'array',
  });

export const isSearchResult = (body: unknown): body is SearchResult => has(body, { total: 'number', hits: 'array' });

export const isYamlText = (body: unknown): body is YamlText => has(body, { yaml: 'string', resourceVersion: 'string' });

export const isOffers = (body: unknown): body is Offers => has(body, { offers: 'array' });

export const isStarted = (body: unknown): body is Started => has(body, { results: 'array' });

export const isAuditPage = (body: unknown): body is AuditPage => has(body, { total: 'number', entries: 'array' });

export const isReleaseContents = (body: unknown): body is ReleaseContents => has(body, { release: 'object', objects: 'array' });

export const isReleaseValues = (body: unknown): body is ReleaseValues =>
  has(body, { revision: 'number', origins: 'array', values: 'array', problems: 'array', missing: 'array', revisions: 'array' });

export const isSubstitutions = (body: unknown): body is Substitutions => has(body, { origins: 'array', variables: 'array', problems: 'array', missing: 'array' });

export const isReleaseDiff = (body: unknown): body is ReleaseDiff => has(body, { objects: 'array', values: 'array' });

export const isRevealedValue = (body: unknown): body is RevealedValue => typeof body === 'object' && body !== null && 'value' in body;
