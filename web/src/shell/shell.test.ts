import { describe, expect, it } from 'vitest';
import type { Meta } from '../api/types';
import { home } from '../lib/place';
import { bannerOf, markOf } from './connection';
import { type Plugin, register } from './host';
import { kindItems, namespaceItems, objectItems, type PaletteItem, rank, score } from './paletteItems';

const item = (title: string): PaletteItem => ({ id: title, group: 'Pages', title, detail: '' });

describe('go anywhere', () => {
  it('prefers the whole, then the start, then a word, then the inside, then letters in order', () => {
    const items = ['xpods', 'my pods', 'pods', 'podspecs', 'p-o-d-s'].map(item);
    expect(rank(items, 'pods', 9).map(({ title }) => title)).toEqual(['pods', 'podspecs', 'my pods', 'xpods', 'p-o-d-s']);
  });
  it('does not find two letters scattered anywhere', () => {
    expect(score('kustomizations', 'kz')).toBeUndefined();
  });
  it('offers only kinds the server describes, and objects with their list beside them', () => {
    const table = { id: 'pods', group: '', kind: 'Pod', title: 'Pods', singular: 'Pod', namespaced: true, section: 'w', columns: [], sort: 'name', descending: false };
    const meta: Meta = { revision: 1, version: '1', cluster: { name: 'c', server: 's' }, user: 'u', readOnly: false, ready: true, sections: [{ id: 'w', title: 'W', tables: ['pods', 'gone'] }], tables: [table], namespaces: ['shop'], namespacesComplete: true, guidance: [] };
    expect(kindItems(meta, home).map(({ title }) => title)).toEqual(['Pods']);
    expect(namespaceItems(meta, home).map(({ title }) => title)).toEqual(['All namespaces', 'shop']);
    const [object, ...none] = objectItems({ total: 2, hits: [{ ref: { group: '', kind: 'Pod', namespace: 'shop', name: 'cart', table: 'pods' }, status: 'Ready' }, { ref: { group: '', kind: 'Odd', namespace: '', name: 'x' } }] }, meta);
    expect(none).toEqual([]);
    expect(object?.place).toMatchObject({ page: { kind: 'list', table: 'pods' }, open: { table: 'pods', namespace: 'shop', name: 'cart' } });
  });
});

describe('is what I see true?', () => {
  const open = { phase: 'open', since: 0 } as const;
  it('is live only when both the socket and the cluster are', () => {
    expect(markOf(open, { state: 'live' }, 0).tone).toBe('live');
    expect(markOf(open, undefined, 0).tone).toBe('busy');
    expect(markOf(open, { state: 'stale', since: 0 }, 60_000)).toEqual({ tone: 'stale', word: 'Stale 1 m' });
    expect(markOf({ phase: 'lost', since: 0, nextTry: 0, cause: '' }, { state: 'live' }, 5_000)).toEqual({ tone: 'stale', word: 'Stale 5 s' });
    expect(markOf({ phase: 'connecting', since: 0 }, { state: 'live' }, 0).tone).toBe('busy');
  });
  it('is said in a banner with age, cause and next try, but not for a blink', () => {
    const lost = { phase: 'lost', since: 0, nextTry: 22_000, cause: 'gone' } as const;
    expect(bannerOf(lost, undefined, 'c', 1_000, 1_000)).toBeUndefined();
    expect(bannerOf(lost, undefined, 'c', 2_000, 2_000)).toMatchObject({ next: 'Next try in 20 s.', retry: true });
    expect(bannerOf(open, { state: 'live' }, 'c', 0, 0)).toBeUndefined();
    expect(bannerOf(open, { state: 'stale', since: 0, cause: { code: 'unavailable', text: 'connection refused' } }, 'prod', 60_000, 60_000)?.text).toContain('prod unreachable');
  });
});

describe('plugins', () => {
  const none = (): null => null;
  const whole: Plugin = { id: 'a', pages: [{ path: '', title: 'Home', component: none }], list: none, object: none };
  it('that are called the same stop the start with a sentence', () => {
    expect(() => register([whole, { id: 'a', pages: [] }])).toThrow('Two plugins are called "a".');
  });
  it('that want the same page stop the start with both their names', () => {
    expect(() => register([whole, { id: 'b', pages: [{ path: '', title: 'x', component: none }] }])).toThrow('"a" and "b"');
  });
  it('have to bring exactly one list page', () => {
    expect(() => register([{ id: 'a', pages: [] }])).toThrow('Exactly one plugin has to bring the list page, 0 do.');
    expect(register([whole]).pages).toHaveLength(1);
  });
});
