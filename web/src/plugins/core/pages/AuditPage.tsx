// What was done through Masthead: who, what, to which object, how it was before, and what came of it.
import { useEffect, useState } from 'react';
import { isAuditPage } from '../../../api/checks';
import type { AuditEntry, AuditPage as Entries, Problem } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { useLive, useOperations } from '../../../live/hooks';
import controls from '../../../ui/controls.module.css';
import { ObjectLink } from '../../../ui/ObjectLink';
import { Notice } from '../../../ui/Notice';
import { Time } from '../../../ui/Time';
import actions from '../actions/Actions.module.css';
import { OutcomeMark } from '../actions/OutcomeMark';
import { outcomes } from '../actions/texts';
import classes from './PlainPage.module.css';

const hour = 3_600_000;
const spans: readonly (readonly [string, number])[] = [['Any time', 0], ['Last hour', hour], ['Last day', 24 * hour], ['Last week', 7 * 24 * hour]];

interface Filter {
  readonly object: string;
  readonly user: string;
  readonly action: string;
  readonly outcome: string;
  readonly span: number;
}

const everything: Filter = { object: '', user: '', action: '', outcome: '', span: 0 };

interface Shown {
  readonly entries: readonly AuditEntry[];
  readonly total: number;
}

function useAudit(filter: Filter): { readonly shown: Shown | undefined; readonly problem: Problem | undefined; readonly more: () => void } {
  const { api } = useLive();
  // Each start and each outcome is news.
  const news = useOperations().map(({ id, state }) => `${id}${state}`).join();
  const [shown, setShown] = useState<Shown>();
  const [problem, setProblem] = useState<Problem>();
  const { object, user, action, outcome, span } = filter;
  const ask = async (before?: number) => {
    const some = (text: string): string | undefined => (text === '' ? undefined : text);
    const since = span === 0 ? undefined : String(Date.now() - span);
    return await api.get<Entries>('api/audit', isAuditPage, {
      query: { object: some(object), user: some(user), action: some(action), outcome: some(outcome), since, before: before === undefined ? undefined : String(before), limit: '100' },
    });
  };
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => {
      void ask().then((answer) => {
        if (!wanted) return;
        setProblem(answer.ok ? undefined : answer.error);
        if (answer.ok) setShown(answer.value);
      });
    }, 150);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- ask() is made of these
  }, [api, object, user, action, outcome, span, news]);
  const more = (): void => {
    void ask(shown?.entries.at(-1)?.id).then((answer) => {
      if (answer.ok && shown !== undefined) setShown({ total: answer.value.total, entries: [...shown.entries, ...answer.value.entries] });
    });
  };
  return { shown, problem, more };
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  return (
    <tr>
      <td><Time at={entry.at} /></td>
      <td>{entry.user}</td>
      <td>
        {entry.title}
        {entry.reason === undefined ? null : <span className={actions['note']}>{entry.reason}</span>}
      </td>
      <td>
        <span className="dim">{entry.ref.kind}</span> <ObjectLink target={entry.ref} />
      </td>
      <td>{entry.before}</td>
      <td>
        <OutcomeMark outcome={entry.outcome} />
        {entry.message === undefined ? null : <span className={actions['note']}>{entry.message}</span>}
      </td>
    </tr>
  );
}

export function AuditPage() {
  const [filter, setFilter] = useState<Filter>(everything);
  const { shown, problem, more } = useAudit(filter);
  const entries = shown?.entries ?? [];
  const users = [...new Set([...entries.map(({ user }) => user), filter.user])].filter((user) => user !== '').sort();
  const titles = new Map(entries.map(({ action, title }) => [action, title]));
  if (filter.action !== '' && !titles.has(filter.action)) titles.set(filter.action, filter.action);
  return (
    <div className={classes['page']}>
      <h1>Audit log</h1>
      <p>What was done through this Masthead, kept in its state folder. An entry is on disk before the action begins.</p>
      <div className={actions['filters']} role="search" aria-label="Filter the audit log">
        <label>
          Object
          <input type="search" value={filter.object} placeholder="Kind namespace/name" onChange={(event) => { setFilter({ ...filter, object: event.target.value }); }} />
        </label>
        <label>
          User
          <select value={filter.user} onChange={(event) => { setFilter({ ...filter, user: event.target.value }); }}>
            <option value="">Anybody</option>
            {users.map((user) => <option key={user}>{user}</option>)}
          </select>
        </label>
        <label>
          Action
          <select value={filter.action} onChange={(event) => { setFilter({ ...filter, action: event.target.value }); }}>
            <option value="">Any</option>
            {[...titles].map(([id, title]) => <option key={id} value={id}>{title}</option>)}
          </select>
        </label>
        <label>
          Outcome
          <select value={filter.outcome} onChange={(event) => { setFilter({ ...filter, outcome: event.target.value }); }}>
            <option value="">Any</option>
            {Object.entries(outcomes).map(([id, { word }]) => <option key={id} value={id}>{word}</option>)}
          </select>
        </label>
        <label>
          When
          <select value={filter.span} onChange={(event) => { setFilter({ ...filter, span: Number(event.target.value) }); }}>
            {spans.map(([title, ms]) => <option key={title} value={ms}>{title}</option>)}
          </select>
        </label>
      </div>
      <p role="status" className="dim">{shown === undefined ? '' : `${formatCount(shown.total)} ${shown.total === 1 ? 'entry' : 'entries'}`}</p>
      {problem === undefined ? null : <Notice title="The audit log could not be read." tone="bad" icon="warning">{problem.text}</Notice>}
      {entries.length === 0 ? null : (
        <table className={actions['entries']}>
          <thead>
            <tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Object</th><th scope="col">Before</th><th scope="col">Outcome</th></tr>
          </thead>
          <tbody>{entries.map((entry) => <Entry key={entry.id} entry={entry} />)}</tbody>
        </table>
      )}
      {shown !== undefined && shown.total > entries.length ? <button type="button" className={controls['button']} onClick={more}>Show older ones</button> : null}
    </div>
  );
}
