import { describe, expect, it, vi } from 'vitest';
import { cellText, isLinkedRef, isRatio, isStatusCell, pairs, safeUrl } from './cells';
import { Emitter, Value } from './emitter';
import { sameJson } from './equal';
import { heldItems } from './heldItems';
import { oneOf, parseTablePrefs, Remembered } from './store';
import { yamlTokens } from './yamlTokens';

describe('links', () => {
  it('are only http and https', () => {
    expect(safeUrl('https://git.example.test/a')).toBe('https://git.example.test/a');
    expect(safeUrl('HTTP://x.test')).toBe('http://x.test/');
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'ssh://git@x', 'oci://x/y', ' https://x', 'https://', '//x.test', '']) expect(safeUrl(bad)).toBeUndefined();
  });
});

describe('cells', () => {
  it('of another shape than their column are not taken for it', () => {
    expect(isStatusCell({ status: 'Ready' })).toBe(true);
    for (const cell of [null, 'Ready', 4, ['Ready'], { have: 1, want: 2 }]) expect(isStatusCell(cell)).toBe(false);
    expect(isRatio({ have: 1, want: 2 })).toBe(true);
    expect(isRatio({ status: 'Ready' })).toBe(false);
    expect(isLinkedRef(null)).toBe(false);
    expect(pairs(['a'])).toEqual([]);
  });
  it('have a text for copying, and unknown is a dash', () => {
    expect(cellText('text', null)).toBe('–');
    expect(cellText('flag', false)).toBe('no');
    expect(cellText('ratio', { have: 1, want: 3 })).toBe('1/3');
    expect(cellText('ref', { ref: { group: '', kind: 'Pod', namespace: 'a', name: 'b' } })).toBe('Pod a/b');
    expect(cellText('tally', { Ready: 3 })).toBe('Ready=3');
    expect(cellText('list', ['a', 'b'])).toBe('a, b');
  });
});

describe('remembered choices', () => {
  const storage = (start: Record<string, string> = {}) => {
    const kept = new Map(Object.entries(start));
    return { kept, getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  };
  it('come back, and what an older page wrote is refused', () => {
    const good = storage({ 'masthead.theme': '"dark"' });
    const theme = new Remembered('theme', 'auto', oneOf('auto', 'dark'), good);
    expect(theme.get()).toBe('dark');
    theme.set('auto');
    expect(good.kept.get('masthead.theme')).toBe('"auto"');
    expect(new Remembered('theme', 'auto', oneOf('auto', 'dark'), storage({ 'masthead.theme': '"pink"' })).get()).toBe('auto');
    expect(new Remembered('theme', 'auto', oneOf('auto', 'dark'), storage({ 'masthead.theme': '{' })).get()).toBe('auto');
  });
  it('hold for the tab when storage is full', () => {
    const full = { getItem: () => null, setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
    const theme = new Remembered('theme', 'auto', oneOf('auto', 'dark'), full);
    theme.set('dark');
    expect(theme.get()).toBe('dark');
  });
  it('of a table drop what cannot be', () => {
    expect(parseTablePrefs({ hidden: ['a', 4], widths: { a: 100, b: -4, c: 'x' } })).toEqual({ hidden: ['a'], shown: [], widths: { a: 100 } });
    expect(parseTablePrefs('x')).toBeUndefined();
  });
});

describe('listeners', () => {
  it('start the work with the first and stop it with the last', () => {
    const log: string[] = [];
    class Work extends Emitter {
      protected override onFirst(): void { log.push('start'); }
      protected override onLast(): void { log.push('stop'); }
    }
    const work = new Work();
    const a = work.subscribe(() => undefined);
    const b = work.subscribe(() => undefined);
    a();
    a();
    b();
    expect(log).toEqual(['start', 'stop']);
  });
  it('are not told of the same value', () => {
    const value = new Value(1);
    const listener = vi.fn();
    value.subscribe(listener);
    value.set(1);
    value.set(2);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('a short list that is pointed at', () => {
  const key = (item: { id: string }): string => item.id;
  const list = (ids: string, note = '') => [...ids].map((id) => ({ id, note }));
  it('follows when nobody points', () => {
    expect(heldItems(undefined, list('ab'), key)).toMatchObject({ added: 0, gone: 0, moved: 0 });
  });
  it('keeps places, shows the newest content, counts the rest', () => {
    const held = heldItems(list('abc'), list('xca', 'new'), key);
    expect(held.items.map(({ item, gone }) => `${item.id}${item.note}${gone ? '!' : ''}`)).toEqual(['anew', 'b!', 'cnew']);
    expect(held).toMatchObject({ added: 1, gone: 1, moved: 1 });
  });
});

describe('equality of JSON', () => {
  it('is deep and minds missing keys', () => {
    expect(sameJson({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
    expect(sameJson({ a: undefined }, {})).toBe(false);
    expect(sameJson([], {})).toBe(false);
    expect(sameJson({ a: 1, b: 2 }, { a: 1, c: 2 })).toBe(false);
  });
});

describe('coloured YAML', () => {
  it('loses no character', () => {
    for (const line of ['', 'a: b', '  - a: "x: y"', '- plain', '# note', "'q:x': 1", 'url: https://x:8/y # z', '  key with spaces: |', '-', '      - op: add', ':', 'a:b']) {
      expect(yamlTokens(line).map(({ text }) => text).join('')).toBe(line);
    }
  });
  it('knows keys, numbers and comments', () => {
    expect(yamlTokens('  - replicas: 3').map(({ kind, text }) => `${kind} ${text.trim()}`)).toEqual(['plain -', 'key replicas', 'plain :', 'number 3']);
    expect(yamlTokens('# x')[0]?.kind).toBe('comment');
  });
});
