// Which log, from when on, and how it is shown.
import type { ReactNode } from 'react';
import type { LogPod } from '../../../api/types';
import { clock } from '../../../lib/clock';
import { formatCount, plural } from '../../../lib/number';
import { logTimes, logWrap } from '../../../lib/store';
import controls from '../../../ui/controls.module.css';
import classes from './Logs.module.css';

export interface LogChoice {
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly follow: boolean;
  /** One of `spans`, or `at` with a time. */
  readonly span: string;
  readonly since: number | undefined;
}

export const firstChoice: LogChoice = { pod: '', container: '', previous: false, follow: true, span: '', since: undefined };

const spans: readonly (readonly [id: string, label: string, seconds: number])[] = [
  ['300', '5 minutes', 300],
  ['3600', '1 hour', 3600],
  ['21600', '6 hours', 21_600],
  ['86400', '1 day', 86_400],
];

interface LogToolbarProps {
  readonly choice: LogChoice;
  readonly onChoice: (choice: LogChoice) => void;
  readonly pods: readonly LogPod[];
  readonly podsTotal: number;
  readonly controller: boolean;
  readonly wrap: boolean;
  readonly times: boolean;
  readonly children: ReactNode;
}

function sinceOf(span: string): number | undefined {
  const seconds = spans.find(([id]) => id === span)?.[2];
  if (seconds !== undefined) return Math.round(clock.now()) - seconds * 1000;
  // A log begins with the run of its container: all of it is since the last restart.
  return span === 'restart' ? 1000 : undefined;
}

function Toggle({ label, checked, onChange }: { readonly label: string; readonly checked: boolean; readonly onChange: (checked: boolean) => void }) {
  return (
    <label>
      <input type="checkbox" checked={checked} onChange={(event) => { onChange(event.target.checked); }} />
      {label}
    </label>
  );
}

export function LogToolbar({ choice, onChoice, pods, podsTotal, controller, wrap, times, children }: LogToolbarProps) {
  const containers = new Map<string, string>();
  for (const pod of pods) {
    if (choice.pod !== '' && pod.name !== choice.pod) continue;
    for (const { name, kind } of pod.containers) containers.set(name, kind === 'container' ? name : `${name} (${kind})`);
  }
  return (
    <div className={classes['bar']} role="group" aria-label="Log">
      <label>
        Pod
        <select aria-label="Pod" value={choice.pod} onChange={(event) => { onChoice({ ...choice, pod: event.target.value, container: '' }); }}>
          <option value="">{pods.length === 1 ? pods[0]?.name : `All (${formatCount(podsTotal)})`}</option>
          {pods.length < 2 ? null : pods.map(({ namespace, name }) => <option key={`${namespace}/${name}`} value={name}>{name}</option>)}
        </select>
      </label>
      <label>
        Container
        <select aria-label="Container" value={choice.container} onChange={(event) => { onChoice({ ...choice, container: event.target.value }); }}>
          <option value="">All</option>
          {[...containers].map(([name, label]) => <option key={name} value={name}>{label}</option>)}
        </select>
      </label>
      <label>
        Since
        <select aria-label="Since" value={choice.span} onChange={(event) => { onChoice({ ...choice, span: event.target.value, since: sinceOf(event.target.value) }); }}>
          <option value="">the last lines</option>
          {spans.map(([id, label]) => <option key={id} value={id}>{label}</option>)}
          <option value="restart">the last restart</option>
          <option value="at">a time…</option>
        </select>
      </label>
      {choice.span === 'at' ? (
        <input type="datetime-local" aria-label="Since when" step={1} onChange={(event) => { const at = new Date(event.target.value).getTime(); onChoice({ ...choice, since: Number.isNaN(at) ? undefined : at }); }} />
      ) : null}
      {controller ? null : <Toggle label="Previous run" checked={choice.previous} onChange={(previous) => { onChoice({ ...choice, previous }); }} />}
      <Toggle label="Follow" checked={choice.follow && !choice.previous} onChange={(follow) => { onChoice({ ...choice, follow, previous: follow ? false : choice.previous }); }} />
      <Toggle label="Times" checked={times} onChange={logTimes.set} />
      {controller ? null : <Toggle label="Wrap" checked={wrap} onChange={logWrap.set} />}
      <span className={classes['space']} />
      {children}
    </div>
  );
}

interface LogSearchProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly only: boolean;
  readonly onOnly: (only: boolean) => void;
  readonly found: number;
  /** Which of those found the reader is at, from 1; 0: none yet. */
  readonly place: number;
  readonly onMove: (by: 1 | -1) => void;
}

export function LogSearch({ search, onSearch, only, onOnly, found, place, onMove }: LogSearchProps) {
  return (
    <>
      <input
        type="search"
        aria-label="Search the log"
        placeholder="Search"
        value={search}
        onChange={(event) => { onSearch(event.target.value); }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onMove(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape' && search !== '') {
            event.stopPropagation();
            onSearch('');
          }
        }}
      />
      {search === '' ? null : (
        <>
          <span className={classes['found']} role="status">{place === 0 ? plural(found, 'line') : `${formatCount(place)} of ${formatCount(found)}`}</span>
          <button type="button" className={controls['plain']} onClick={() => { onMove(-1); }}>Previous</button>
          <button type="button" className={controls['plain']} onClick={() => { onMove(1); }}>Next</button>
          <Toggle label="Only these" checked={only} onChange={onOnly} />
        </>
      )}
    </>
  );
}
