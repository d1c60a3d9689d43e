import { describe, expect, it } from 'vitest';
import type { ReleaseValues } from '../../../../api/types';
import { originNote, pathText, revisionText, shownValues, valueText } from './values';

describe('values of a release', () => {
  it('names a key as Helm does', () => {
    expect(pathText(['auth', 'hosts', 0, 'name'])).toEqual('auth.hosts[0].name');
    expect(pathText(['annotations', 'a.b/c'])).toEqual(String.raw`annotations.a\.b/c`);
  });
  it('shows strings as they are and the rest as JSON', () => {
    expect(valueText('true')).toEqual('true');
    expect(valueText(null)).toEqual('null');
    expect(valueText({})).toEqual('{}');
    expect(valueText(undefined)).toEqual('');
  });
  it('says where a value comes from', () => {
    const ref = { group: '', kind: 'Secret', namespace: 'shop', name: 'login' };
    expect(originNote({ kind: 'secret', ref, key: 'password', targetPath: 'auth.password' })).toEqual('key password, at auth.password');
    expect(originNote({ kind: 'configMap', ref, key: 'values.yaml', optional: true })).toEqual('key values.yaml, optional');
    expect(originNote({ kind: 'inline' })).toEqual('spec.values');
  });
  it('names a revision with what is known of it', () => {
    expect(revisionText({ revision: 3, chart: 'redis', chartVersion: '20.6.1', status: 'deployed', action: 'upgrade' })).toEqual('v3 · redis 20.6.1 · upgrade · deployed');
    expect(revisionText({ revision: 1 })).toEqual('v1');
  });
  it('leaves the defaults of the chart out unless they are asked for', () => {
    const answer: ReleaseValues = { revision: 0, origins: [{ kind: 'chart' }, { kind: 'inline' }], values: [{ path: ['a'], origin: 0, value: 1 }, { path: ['b'], origin: 1, value: 'x' }], cut: false, problems: [], missing: [], listed: true, revisions: [] };
    expect(shownValues(answer, { text: '', defaults: false }).map(({ path }) => path)).toEqual([['b']]);
    expect(shownValues(answer, { text: '', defaults: true }).length).toEqual(2);
    expect(shownValues(answer, { text: 'X', defaults: true }).map(({ path }) => path)).toEqual([['b']]);
  });
});
