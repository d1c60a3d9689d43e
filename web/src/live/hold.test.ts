import { describe, expect, it } from 'vitest';
import { countHeld, extendRows, holdRows, showAll } from './hold';
import type { RowWindow } from './reducer';

const live = (keys: string, first = 0, total = first + keys.length): RowWindow => ({
  seq: 1,
  total,
  unfiltered: total,
  elsewhere: undefined,
  first,
  keys: [...keys],
  rows: new Map([...keys].map((key) => [key, { key, cells: [key + total] }])),
});
const none = new Set<string>();
const text = ({ keys }: { readonly keys: readonly string[] }): string => keys.join('');

describe('a held list', () => {
  it('shows changed cells at once and keeps the order', () => {
    const shown = holdRows(showAll(live('abc')), { ...live('cab'), rows: new Map([['a', { key: 'a', cells: ['new'] }]]) }, none);
    expect(text(shown)).toBe('abc');
    expect(shown.rows.get('a')?.cells).toEqual(['new']);
    expect(shown.rows.get('b')?.cells).toEqual(['b3']);
  });

  it('keeps vanished rows, marked gone, and says so', () => {
    const now = live('acd', 0, 3);
    const shown = holdRows(showAll(live('abc', 0, 3)), now, new Set(['b']));
    expect(text(shown)).toBe('abc');
    expect([...shown.gone]).toEqual(['b']);
    expect(countHeld(shown, now)).toEqual({ added: 1, gone: 1, moved: 0 });
  });

  it('unmarks a row that came back', () => {
    const shown = holdRows(showAll(live('abc')), live('abc'), new Set(['b']));
    expect(shown.gone.size).toBe(0);
  });

  it('counts newcomers that pushed the last row out of a full window as new, not as another order', () => {
    const before = showAll(live('abc', 0, 100));
    const now = live('xab', 0, 101);
    expect(countHeld(holdRows(before, now, none), now)).toEqual({ added: 1, gone: 0, moved: 0 });
  });

  it('counts changes outside the window by the totals', () => {
    const before = showAll(live('abc', 0, 100));
    expect(countHeld(before, live('abc', 0, 97))).toEqual({ added: 0, gone: 3, moved: 0 });
    expect(countHeld(before, live('abc', 0, 104))).toEqual({ added: 4, gone: 0, moved: 0 });
  });

  it('says when the order changed', () => {
    const now = live('bac');
    expect(countHeld(holdRows(showAll(live('abc')), now, none), now).moved).toBeGreaterThan(0);
  });

  it('its numbers always add up to the difference of the totals', () => {
    for (let size = 0; size < 6; size++) {
      const keys = 'abcdef'.slice(0, size);
      const before = showAll(live('abc', 0, 50));
      const now = live(keys, 0, 40 + size * 4);
      const shown = holdRows(before, now, new Set(['a', 'b', 'c'].filter((key) => !keys.includes(key))));
      const held = countHeld(shown, now);
      expect(held.added - held.gone).toBe(now.total - before.total);
    }
  });
});

describe('a window that arrives while the list is held and scrolled', () => {
  it('adds rows below without touching those shown', () => {
    const shown = extendRows(showAll(live('abcdef', 0, 12)), live('efghij', 4, 12), none);
    expect(text(shown)).toBe('abcdefghij');
    expect(shown.first).toBe(0);
    expect(shown.total).toBe(12);
  });

  it('adds rows above and knows where they begin', () => {
    const shown = extendRows(showAll(live('efghij', 4, 12)), live('cdefgh', 2, 12), none);
    expect(text(shown)).toBe('cdefghij');
    expect(shown.first).toBe(2);
  });

  it('shows no row twice when something was inserted above in the meantime', () => {
    const shown = extendRows(showAll(live('abcdef', 0, 12)), live('defghi', 4, 13), none);
    expect(text(shown)).toBe('abcdefghi');
  });

  it('ends the list where the server says it ends', () => {
    const shown = extendRows(showAll(live('abcdef', 0, 12)), live('efgh', 4, 8), none);
    expect(shown.total).toBe(8);
  });

  it('shows the new window as it is after a jump', () => {
    const shown = extendRows(showAll(live('abc', 0, 100)), live('xyz', 80, 100), none);
    expect(text(shown)).toBe('xyz');
    expect(shown.first).toBe(80);
  });

  it('does not insert a newcomer between rows that are shown', () => {
    const shown = extendRows(showAll(live('abcdef', 0, 12)), live('dNefgh', 4, 13), none);
    expect(text(shown)).toBe('abcdefgh');
  });

  it('forgets rows far from what is seen', () => {
    const all = Array.from({ length: 90 }, (_, index) => String.fromCharCode(200 + index)).join('');
    const shown = extendRows(showAll(live(all.slice(0, 50), 0, 90)), live(all.slice(40, 90), 40, 90), none, 10);
    expect(shown.first).toBe(30);
    expect(shown.keys).toHaveLength(60);
  });

  it('starts at index 0 when the top is reached', () => {
    const shown = extendRows(showAll(live('cdef', 1, 9)), live('abcd', 0, 9), none);
    expect(shown.first).toBe(0);
    expect(text(shown)).toBe('abcdef');
  });
});
