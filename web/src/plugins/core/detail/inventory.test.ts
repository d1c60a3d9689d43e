import { expect, it } from 'vitest';
import type { Tree, TreeRow } from '../../../api/types';
import { allOpen, closed, notes, parentOf, secondLine, step, toggled } from './inventory';

const row = (depth: number, more: Partial<TreeRow> = {}): TreeRow => ({ id: String(depth), depth, ref: { group: '', kind: 'Pod', namespace: 'shop', name: 'web' }, ...more });

it('says what the rows themselves do not tell', () => {
  const told: Pick<Tree, 'told' | 'remote' | 'unreadable' | 'cut'> = { told: true };
  expect(notes(told)).toEqual([]);
  expect(notes({ told: false })[0]).toContain('keeps no inventory');
  expect(notes({ told: false, kinds: ['Deployment in shop', 'Namespace'] })[0]).toContain('kinds, not objects, of what is applied: Deployment in shop, Namespace.');
  expect(notes({ ...told, remote: 'Secret edge' })[0]).toContain('another cluster (Secret edge)');
  expect(notes({ ...told, unreadable: 2 })[0]).toContain('2 entries');
  expect(notes({ ...told, cut: true })[0]).toContain('open less');
});

it('opens and closes rows, and keeps to what the server takes', () => {
  expect(toggled(closed, 'a')).toEqual({ all: false, but: ['a'] });
  expect(toggled(toggled(allOpen, 'a'), 'a')).toEqual(allOpen);
  const many = Array.from({ length: 300 }, (_, i) => String(i)).reduce(toggled, closed);
  expect(many.but.length).toBe(200);
  expect(many.but.at(-1)).toBe('299');
});

it('says on a second line why a row is not well and what is odd about it', () => {
  expect(secondLine(row(0, { status: 'Failed', message: 'm', remark: 'r' }))).toBe('m · r');
  expect(secondLine(row(0, { status: 'Ready', message: 'm' }))).toBe('');
  expect(secondLine(row(0, { remark: 'not read yet' }))).toBe('not read yet');
});

it('is walked by keys as trees are', () => {
  const rows = [row(0, { children: 2, open: true }), row(1), row(1, { children: 1, open: false }), row(0)];
  expect(step('ArrowDown', rows, 3)).toEqual({ to: 3 });
  expect(step('ArrowUp', rows, 0)).toEqual({ to: 0 });
  expect(step('ArrowRight', rows, 0)).toEqual({ to: 1 });
  expect(step('ArrowRight', rows, 2)).toEqual({ open: true });
  expect(step('ArrowRight', rows, 1)).toBeUndefined();
  expect(step('ArrowLeft', rows, 0)).toEqual({ open: false });
  expect(step('ArrowLeft', rows, 2)).toEqual({ to: 0 });
  expect(step('ArrowLeft', rows, 3)).toBeUndefined();
  expect(step('End', rows, 0)).toEqual({ to: 3 });
  expect(step('x', rows, 0)).toBeUndefined();
  expect(parentOf(rows, 2)).toBe(0);
});
