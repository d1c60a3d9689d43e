// The one vocabulary of states. The server decides which one an object is in; here is only how it is said and drawn.
import type { Badge, Cell, StatusName } from '../api/types';
import { isStatusCell } from '../lib/cells';

export type Family = 'ok' | 'busy' | 'attn' | 'bad' | 'pause' | 'neutral';

export interface StatusLook {
  readonly rank: number;
  readonly family: Family;
  /** How loud the word is: coloured and bold, coloured, or grey. */
  readonly word: 'strong' | 'family' | 'text2' | 'text3';
  readonly explanation: string;
}

export const statuses: Readonly<Record<StatusName, StatusLook>> = {
  Failed: { rank: 1, family: 'bad', word: 'strong', explanation: 'The last attempt failed.' },
  Stalled: { rank: 2, family: 'bad', word: 'strong', explanation: 'It failed and will not be tried again by itself.' },
  Blocked: { rank: 3, family: 'attn', word: 'family', explanation: 'It waits for something that is broken or does not exist.' },
  Retrying: { rank: 4, family: 'attn', word: 'family', explanation: 'It failed and is being tried again.' },
  Unknown: { rank: 5, family: 'neutral', word: 'text2', explanation: 'No controller has reported on it.' },
  Terminating: { rank: 6, family: 'neutral', word: 'text2', explanation: 'It is being deleted.' },
  Waiting: { rank: 7, family: 'busy', word: 'text2', explanation: 'It waits for its turn or for something that is on its way.' },
  Progressing: { rank: 8, family: 'busy', word: 'text2', explanation: 'Work is going on.' },
  Suspended: { rank: 9, family: 'pause', word: 'text2', explanation: 'Somebody switched it off.' },
  Ready: { rank: 10, family: 'ok', word: 'text3', explanation: 'It is as it should be.' },
  Static: { rank: 11, family: 'neutral', word: 'text3', explanation: 'It has no state of its own.' },
};

export const byRank: readonly StatusName[] = [
  'Failed',
  'Stalled',
  'Blocked',
  'Retrying',
  'Unknown',
  'Terminating',
  'Waiting',
  'Progressing',
  'Suspended',
  'Ready',
  'Static',
];

/** Is this one of the states that a person has to act on? */
export const isBroken = (status: StatusName): boolean => statuses[status].rank <= 3;

export const badges: Readonly<Record<Badge, string>> = {
  retrying: 'It failed and is being tried again.',
  stuck: 'It has been working for longer than it should.',
  drifted: 'The cluster differs from what was applied.',
  outdated: 'What runs is older than what was asked for.',
  requested: 'A reconciliation was asked for and has not begun.',
  fetching: 'A new revision is being fetched.',
  failed: 'The last attempt failed.',
  unconfirmed: 'Not confirmed by its controller lately.',
};

const names: ReadonlySet<string> = new Set(byRank);

export const isStatus = (word: string): word is StatusName => names.has(word);

/** What a status says that one has to read: nothing of an object that is well, or was when it was suspended. */
export function messageOf(cell: Cell | undefined): string {
  if (!isStatusCell(cell) || statuses[cell.status].rank >= statuses.Ready.rank) return '';
  if (cell.status === 'Suspended' && cell.badges?.includes('failed') !== true) return '';
  return cell.message ?? '';
}
