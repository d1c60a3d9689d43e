import { describe, expect, it } from 'vitest';
import { formatFilter, parseFilter, serverFilter, suggestTerms } from './searchTerms';

describe('the words of a filter', () => {
  it('are terms or text', () => {
    expect(parseFilter('  status:failed cart  -ns:shop label:app=web ')).toEqual({
      terms: [
        { key: 'status', value: 'failed', negated: false },
        { key: 'ns', value: 'shop', negated: true },
        { key: 'label', value: 'app=web', negated: false },
      ],
      text: 'cart',
    });
  });
  it('stay text where the key is not known or nothing follows it', () => {
    expect(parseFilter('foo:bar status: -x').terms).toEqual([]);
    expect(parseFilter('foo:bar status: -x').text).toBe('foo:bar status: -x');
  });
  it('come back the same', () => {
    for (const query of ['', 'cart', 'status:failed', '-ns:shop cart web', 'label:a=b:c']) {
      expect(formatFilter(parseFilter(query))).toBe(query);
    }
  });
  it('are put behind the namespace that was chosen above', () => {
    expect(serverFilter(' status:failed ', 'shop', true)).toBe('ns:shop status:failed');
    expect(serverFilter('x', 'shop', false)).toBe('x');
    expect(serverFilter('', '', true)).toBe('');
  });
  it('never exceed what the server takes', () => {
    expect(serverFilter('x'.repeat(2000), '', true)).toHaveLength(1024);
  });
  it('are suggested by key, then by value', () => {
    expect(suggestTerms('s', {})).toEqual(['status:', 'secret:']);
    expect(parseFilter('secret:shop/db').terms).toEqual([{ key: 'secret', value: 'shop/db', negated: false }]);
    expect(suggestTerms('-n', {})).toEqual(['-ns:']);
    expect(suggestTerms('status:re', { status: ['failed', 'ready', 'retrying'] })).toEqual(['status:ready', 'status:retrying']);
    expect(suggestTerms('status:ready', { status: ['ready'] })).toEqual([]);
    expect(suggestTerms('', {})).toEqual([]);
    expect(suggestTerms('what:x', {})).toEqual([]);
  });
});
