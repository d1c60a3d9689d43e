// The words and marks of what was done. Pure.
import type { ObjectAddress, Operation, Outcome } from '../../../api/types';

export type Tone = 'good' | 'bad' | 'busy' | 'attn';

export const outcomes: Readonly<Record<Outcome, { readonly word: string; readonly tone: Tone; readonly mark: string }>> = {
  running: { word: 'Running', tone: 'busy', mark: '…' },
  succeeded: { word: 'Succeeded', tone: 'good', mark: '✓' },
  failed: { word: 'Failed', tone: 'bad', mark: '✕' },
  'still running': { word: 'Still running', tone: 'attn', mark: '!' },
  'given up': { word: 'Not watched', tone: 'attn', mark: '!' },
  'not known': { word: 'Not known', tone: 'attn', mark: '?' },
};

const steps = { waiting: 'Waits', requested: 'Requested', working: 'Picked up', succeeded: 'Succeeded', failed: 'Failed' } as const;

export const stepWord = (state: Operation['steps'][number]['state']): string => steps[state];

/** The word for a running operation is that of the step it is at. */
export function wordOf(operation: Operation): string {
  if (operation.state !== 'running') return outcomes[operation.state].word;
  const at = operation.steps.find(({ state }) => state === 'requested' || state === 'working');
  return at === undefined ? outcomes.running.word : steps[at.state];
}

export const nameOf = ({ namespace, name }: Pick<ObjectAddress, 'namespace' | 'name'>): string => (namespace === '' ? name : `${namespace}/${name}`);
