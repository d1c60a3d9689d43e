import { describe, expect, it } from 'vitest';
import { displayName, splitName, splitPath, wordsOf } from './name';
import { formatCount, plural } from './number';
import { formatRevision } from './revision';
import { agoText, formatAbsolute, formatClock, formatDuration, formatRelative } from './time';

const now = Date.UTC(2026, 10, 21, 14, 9, 30);

describe('times', () => {
  it.each([
    [0, 'now'],
    [4_999, 'now'],
    [5_000, '5 s'],
    [42_000, '42 s'],
    [59_999, '59 s'],
    [60_000, '1 m'],
    [7 * 60_000, '7 m'],
    [3 * 3_600_000 + 12 * 60_000, '3 h 12 m'],
    [3 * 3_600_000, '3 h'],
    [86_399_999, '23 h 59 m'],
    [5 * 86_400_000, '5 d'],
    [59 * 86_400_000, '59 d'],
  ])('%d ms ago is %s', (age, text) => {
    expect(formatRelative(now - age, now)).toBe(text);
  });
  it('writes the date for what is older than two months', () => {
    expect(formatRelative(Date.UTC(2026, 7, 14, 12), now, 'utc')).toBe('2026-08-14');
  });
  it('says of a time ahead that it is ahead', () => {
    expect(formatRelative(now + 7 * 60_000, now)).toBe('in 7 m');
    expect(formatRelative(now + 3_000, now)).toBe('now');
  });
  it('writes durations below a second', () => {
    expect(formatDuration(420)).toBe('420 ms');
    expect(formatDuration(-5)).toBe('0 ms');
  });
  it('writes the day only where it is another one', () => {
    expect(formatClock(Date.UTC(2026, 10, 21, 9, 5), now, 'utc')).toBe('09:05');
    expect(formatClock(Date.UTC(2026, 10, 20, 9, 5), now, 'utc')).toBe('11-20 09:05');
  });
  it('writes both zones in full', () => {
    expect(formatAbsolute(now)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC[+−]\d\d:\d\d · 2026-11-21 14:09:30 UTC$/);
  });
});

describe('numbers', () => {
  it('groups, and never calls unknown 0', () => {
    expect(formatCount(1204)).toBe('1,204');
    expect(formatCount(0)).toBe('0');
    expect(formatCount(undefined)).toBe('–');
    expect(formatCount(null)).toBe('–');
    expect(formatCount(Number.NaN)).toBe('–');
  });
  it('speaks of one object and of many', () => {
    expect(plural(1, 'cause')).toBe('1 cause');
    expect(plural(0, 'object')).toBe('0 objects');
    expect(plural(undefined, 'object')).toBe('– objects');
  });
});

describe('revisions', () => {
  const sha = '4f2c9e1a7be9a0cd84a1be2c7f00d5d6f3b2aa10';
  const digest = `9c1a04be${'0'.repeat(52)}e07f`;
  it.each([
    [`main@sha1:${sha}`, 'main @ 4f2c9e1'],
    [`main/${sha}`, 'main @ 4f2c9e1'],
    [`refs/heads/main@sha1:${sha}`, 'refs/heads/main @ 4f2c9e1'],
    [`sha1:${sha}`, '4f2c9e1'],
    [sha, '4f2c9e1'],
    [`4.2.0@sha256:${digest}`, '4.2.0 @ 9c1a04be…e07f'],
    [`sha256:${digest}`, '9c1a04be…e07f'],
    ['4.2.0', '4.2.0'],
    ['', ''],
    ['main@sha1:short', 'main@sha1:short'],
  ])('%s is written %s', (revision, text) => {
    expect(formatRevision(revision)).toBe(text);
  });
});

describe('how long ago', () => {
  it('is said as such, but for what is now', () => {
    expect(agoText(60_000)).toBe('1 m ago');
    expect(agoText(10)).toBe('now');
  });
});

describe('names', () => {
  it('gives way in the middle and keeps the end', () => {
    expect(splitName('inventory-synchroniser-7c9f')).toEqual({ head: 'inventory-synchroni', tail: 'ser-7c9f' });
    expect(splitName('short')).toEqual({ head: 'short', tail: '' });
  });
  it('keeps the last segment of a path, an image or an address', () => {
    expect(splitPath('./apps/shop-staging/catalogue')).toEqual({ head: './apps/shop-staging', tail: '/catalogue' });
    expect(splitPath('registry.example.com/shop/checkout:7.3114.0')).toEqual({ head: 'registry.example.com/shop', tail: '/checkout:7.3114.0' });
    expect(splitPath('https://git.example.com/a-very-long-name-of-a-repository.git')).toEqual({ head: 'https://git.example.com/a-very-long-name-of-a-re', tail: 'pository.git' });
    expect(splitPath('10.96.181.245')).toEqual({ head: '10.96.181.245', tail: '' });
    expect(splitPath('/hook/0123456789abcdef')).toEqual({ head: '/hook', tail: '/0123456789abcdef' });
  });
  it('breaks between the words of a kind', () => {
    expect(wordsOf('ResourceSetInputProviders')).toEqual(['Resource', 'Set', 'Input', 'Providers']);
    expect(wordsOf('OCIRepositories')).toEqual(['OCIRepositories']);
  });
  it('has no slash without a namespace', () => {
    expect(displayName('', 'node-1')).toBe('node-1');
    expect(displayName('shop', 'cart')).toBe('shop/cart');
  });
});
