import { expect, it } from 'vitest';
import type { Inventory, InventoryEntry } from '../../../api/types';
import { matches, notes } from './inventory';

const entry: InventoryEntry = { ref: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' }, status: 'Failed', message: 'Progress deadline exceeded', remark: 'also applied by Kustomization shop/more' };

it('finds an entry by every word of what is seen of it, in any order and case', () => {
  for (const text of ['', 'WEB', 'shop deploy', 'failed web', 'deadline', 'also more']) expect(matches(entry, text)).toBe(true);
  for (const text of ['api', 'web missing', 'apps/v1']) expect(matches(entry, text)).toBe(false);
  expect(matches({ ref: entry.ref, missing: true }, 'missing')).toBe(true);
});

it('says what the list itself does not tell', () => {
  const told: Inventory = { told: true, total: 0, counts: {}, entries: [] };
  expect(notes(told)).toEqual([]);
  expect(notes({ ...told, told: false })[0]).toContain('keeps no inventory');
  expect(notes({ ...told, remote: 'Secret edge' })[0]).toContain('another cluster (Secret edge)');
  expect(notes({ ...told, unreadable: 2 })[0]).toContain('2 entries');
});
