import { describe, expect, it } from 'vitest';
import type { Home } from '../api/types';
import * as texts from './texts';

const home = (byStatus: Record<string, number>): Home => {
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  return { known: true, causes: [], causesTotal: 0, waiting: 0, moved: [], movedTotal: 0, movedSince: 0, counts: [{ table: 'a', title: 'A', total, byStatus }], total };
};

describe('sentences', () => {
  it('call everything fine only when it is', () => {
    expect(texts.calm(home({ Ready: 340, Static: 1 }))).toBe('All 341 objects fine.');
    expect(texts.calm(home({ Ready: 338, Progressing: 2, Unknown: 1 }))).toBe('Nothing is broken: 338 of 341 objects fine, 2 progressing, 1 unknown.');
    expect(texts.calm(home({}))).toBe('There is nothing here yet.');
  });
  it('are different for empty, filtered away, forbidden, absent, failed and loading', () => {
    const all = [
      texts.emptyList('Pods', ''),
      texts.emptyList('Pods', 'shop'),
      texts.emptyByFilter('x'),
      texts.forbidden('Pods', ''),
      texts.absentTable('pods'),
      texts.failed('Pods', { code: 'timeout', text: 'too slow' }),
      texts.loading('prod', 3000),
      texts.unknownSince(360_000),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
  it('say since when and why the cluster is away', () => {
    const now = Date.now();
    const text = texts.connectionText('prod-eu', { state: 'stale', since: now - 420_000, cause: { code: 'unavailable', text: 'connection refused' } }, now);
    expect(text).toMatch(/^prod-eu unreachable since .*\d\d:\d\d \(7 m\): connection refused\. Showing the last known state\.$/);
    expect(texts.connectionText('prod-eu', { state: 'live' }, now)).toBeUndefined();
  });
  it('count down to the next try', () => {
    expect(texts.nextTry(20_000, 0)).toBe('Next try in 20 s.');
    expect(texts.nextTry(500, 0)).toBe('Trying again now.');
    expect(texts.nextTry(undefined, 0)).toBe('');
  });
  it('say what waits', () => {
    expect(texts.heldChip({ added: 3, gone: 1, moved: 1 })).toBe('3 new · 1 gone · order changed');
    expect(texts.heldChip({ added: 0, gone: 1, moved: 0 })).toBe('1 gone');
  });
  it('claim nothing about the time before Masthead watched', () => {
    expect(texts.nothingMoved(0, 3_600_000)).toBe('Nothing moved in the last hour.');
    expect(texts.nothingMoved(0, 180_000)).toBe('Nothing moved since Masthead began to watch 3 m ago; what was before, it has not seen.');
  });
  it('find the commands that stand between backticks', () => {
    expect(texts.partsOfText('Run `flux install`, then wait.')).toEqual([
      { text: 'Run ', command: false },
      { text: 'flux install', command: true, mark: ',' },
      { text: ' then wait.', command: false },
    ]);
    expect(texts.partsOfText('Run `flux install`.')).toEqual([
      { text: 'Run ', command: false },
      { text: 'flux install', command: true, mark: '.' },
    ]);
    expect(texts.partsOfText('5` of rain')).toEqual([{ text: '5` of rain', command: false }]);
    expect(texts.partsOfText('')).toEqual([]);
  });
  it('tell what may not be seen from what is not read yet', () => {
    const missing = (table: string, right?: string) => ({ table, text: `No ${table}.`, ...(right === undefined ? {} : { right }) });
    expect(texts.nothingMayBeSeen({ counts: [] }, [missing('pods', 'list pods')])).toBe(true);
    expect(texts.nothingMayBeSeen({ counts: [] }, [missing('pods', 'list pods'), missing('nodes')])).toBe(false);
    expect(texts.nothingMayBeSeen({ counts: [] }, [])).toBe(false);
    expect(texts.nothingMayBeSeen({ counts: [{ table: 'nodes', title: 'Nodes', total: 0, byStatus: {} }] }, [missing('pods', 'list pods')])).toBe(false);
  });
  it('say how to get the controller of a list that is not there', () => {
    const guidance = [{ id: 'no-helm-controller', text: 'No Helm controller.' }, { id: 'no-flux', text: 'No Flux.' }, { id: 'embedded', text: 'Embedded.' }];
    const ids = (table: string) => texts.guidanceFor(table, guidance).map(({ id }) => id);
    expect(ids('helmreleases.helm.toolkit.fluxcd.io')).toEqual(['no-helm-controller', 'no-flux']);
    expect(ids('gitrepositories.source.toolkit.fluxcd.io')).toEqual(['no-flux']);
    expect(ids('things.example.com')).toEqual([]);
  });
  it('say in one line what an answer does not cover', () => {
    expect(texts.missingSummary([{ table: 'pods', text: 'No pods.' }])).toBe('No pods.');
    expect(texts.missingSummary([{ table: 'pods', text: '' }, { table: 'nodes', text: '' }])).toBe('2 kinds you may not list everywhere, or not at all: this is not the whole cluster.');
    expect(texts.missingSummary([{ namespace: 'a', text: '' }, { namespace: 'b', text: '' }])).toBe('2 namespaces you may not list are not shown.');
  });
  it('give both totals only where they differ', () => {
    expect(texts.countOf(1204, 5214)).toBe('1,204 of 5,214');
    expect(texts.countOf(5, 5)).toBe('5');
    expect(texts.countOf(undefined, undefined)).toBe('–');
  });
});
