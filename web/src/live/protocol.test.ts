import { describe, expect, it } from 'vitest';
import { decode } from './protocol';

describe('decode', () => {
  it('takes a frame of the contract', () => {
    expect(decode('{"type":"meta","revision":4}')).toEqual({ kind: 'frame', frame: { type: 'meta', revision: 4 } });
  });
  it.each([
    ['a number', 4],
    ['no JSON', '{'],
    ['no type', '{"id":1}'],
    ['null', 'null'],
    ['a reset without rows', '{"type":"reset","id":1,"seq":1,"total":0,"unfiltered":0,"first":0}'],
    ['a reset with a broken row', '{"type":"reset","id":1,"seq":1,"total":0,"unfiltered":0,"first":0,"rows":[{"key":1}]}'],
    ['a delta with a broken row', '{"type":"delta","id":1,"seq":1,"total":0,"unfiltered":0,"first":0,"removes":[],"upserts":[null]}'],
    ['a state whose freshness is a list', '{"type":"state","id":1,"freshness":[],"missing":[]}'],
  ])('refuses %s', (_, data) => {
    expect(decode(data).kind).toBe('malformed');
  });
  it('lets pass what a newer server says', () => {
    expect(decode('{"type":"steps","id":1}')).toEqual({ kind: 'unknown', type: 'steps' });
    expect(decode('{"type":"constructor"}').kind).toBe('unknown');
  });
});
