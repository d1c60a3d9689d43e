import { describe, expect, it } from 'vitest';
import type { TableInfo } from '../../api/types';
import { noPrefs } from '../../lib/store';
import { messageOf } from '../../status/status';
import { gridColumns, tracksOf, visibility, withVisibility } from './columns';
import { anchored, askFor, covers, longest } from './window';

const info: TableInfo = {
  id: 'pods', group: '', kind: 'Pod', title: 'Pods', singular: 'Pod', namespaced: true, section: 'w', sort: 'name', descending: false,
  columns: [
    { id: 'status', title: 'Status', type: 'status', sortable: true, shown: true },
    { id: 'namespace', title: 'Namespace', type: 'text', sortable: true, shown: true },
    { id: 'name', title: 'Name', type: 'text', sortable: true, shown: true },
    { id: 'age', title: 'Age', type: 'time', sortable: true, shown: true, width: 90 },
    { id: 'labels', title: 'Labels', type: 'labels', sortable: false, shown: false },
  ],
};

describe('columns', () => {
  it('put the namespace into the name, pin status and name, and keep each cell’s place', () => {
    const columns = gridColumns(info);
    expect(columns.map(({ id, cell, pinned }) => `${id} ${cell} ${pinned}`)).toEqual(['status 0 true', 'name 2 true', 'age 3 false', 'labels 4 false']);
    expect(columns.find(({ id }) => id === 'age')?.width).toBe(90);
  });
  it('draw a message from the cell of the status', () => {
    const columns = gridColumns({ ...info, columns: [...info.columns, { id: 'message', title: 'Message', type: 'message', sortable: false, shown: true }] });
    expect(columns.find(({ id }) => id === 'message')).toMatchObject({ cell: 0, width: 260, canHide: true });
  });
  it('keep a namespace column where there is no name to put it into', () => {
    expect(gridColumns({ ...info, columns: info.columns.filter(({ id }) => id !== 'name') }).map(({ id }) => id)).toContain('namespace');
  });
  it('are shown as the server suggests until the person chooses, and only differences are remembered', () => {
    expect(visibility(info, noPrefs)).toMatchObject({ age: true, labels: false });
    const prefs = withVisibility(info, noPrefs, { ...visibility(info, noPrefs), labels: true, age: false });
    expect(prefs).toEqual({ hidden: ['age'], shown: ['labels'], widths: {} });
    expect(visibility(info, prefs)).toMatchObject({ age: false, labels: true, name: true, status: true });
  });
  it('that are pinned cannot be hidden by an old choice', () => {
    expect(visibility(info, { ...noPrefs, hidden: ['name'] })['name']).toBe(true);
  });
});

describe('room that is left', () => {
  const sized = (...ids: string[]) => ids.map((id) => ({ id, width: 100, chosen: false }));
  it('goes to the name, then to the last column', () => {
    expect(tracksOf(sized('status', 'name', 'age'))).toEqual(['100px', 'minmax(100px, 440px)', 'minmax(100px, 1fr)']);
  });
  it('goes to a message, which is what is read', () => {
    expect(tracksOf(sized('name', 'message', 'count'))).toEqual(['100px', 'minmax(100px, 1fr)', '100px']);
  });
  it('leaves a width that somebody chose', () => {
    expect(tracksOf([{ id: 'name', width: 90, chosen: true }, { id: 'age', width: 80, chosen: false }])).toEqual(['90px', 'minmax(80px, 1fr)']);
  });
});

describe('the window', () => {
  it('has room around what is seen and stays within the contract', () => {
    for (let first = 0; first < 5000; first += 37) {
      const asked = askFor(first, first + 30);
      expect(asked.first).toBeLessThanOrEqual(first);
      expect(asked.first + asked.count).toBeGreaterThan(first + 30);
      expect(asked.count).toBeLessThanOrEqual(longest);
      expect(covers(asked, first, first + 30, 5000)).toBe(true);
    }
  });
  it('is asked anew only near its edge', () => {
    const asked = askFor(0, 30);
    expect(covers(asked, 60, 90, 5000)).toBe(true);
    expect(covers(asked, 170, 199, 5000)).toBe(false);
    expect(covers(asked, 170, 199, 200)).toBe(true);
  });
  it('keeps the first seen row where it stands', () => {
    expect(anchored(280, 28, 10, 13)).toBe(364);
    expect(anchored(28, 28, 1, 0)).toBe(0);
  });
});

describe('messages', () => {
  it('of a status say their message while something is wrong', () => {
    const message = 'stat ./prod: no such file';
    expect(messageOf({ status: 'Failed', message })).toBe(message);
    expect(messageOf({ status: 'Waiting', message })).toBe(message);
    expect(messageOf({ status: 'Suspended', message, badges: ['failed'] })).toBe(message);
    for (const status of ['Ready', 'Static', 'Suspended'] as const) expect(messageOf({ status, message })).toBe('');
    for (const cell of [null, { status: 'Failed' as const }, message]) expect(messageOf(cell)).toBe('');
  });
});
