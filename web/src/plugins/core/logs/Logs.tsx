// The tab of logs: of an object's pods, or what its controller says about it.
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { LogsQuery, LogSource } from '../../../api/types';
import { formatCount, plural } from '../../../lib/number';
import { logTimes, logWrap } from '../../../lib/store';
import { useLive } from '../../../live/hooks';
import { sourceName, type LogEntry } from '../../../live/logBuffer';
import type { LogSnapshot, LogStore } from '../../../live/logStore';
import controls from '../../../ui/controls.module.css';
import { Notice } from '../../../ui/Notice';
import { RoleButton } from '../../../ui/Trust';
import { LogDownload } from './LogDownload';
import { firstChoice, LogSearch, LogToolbar, type LogChoice } from './LogToolbar';
import { LogView } from './LogView';
import classes from './Logs.module.css';

interface LogsProps {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
  /** The Deployment whose log tells of the object; absent: the logs of its pods. */
  readonly controller?: string;
}

function queryOf({ table, namespace, name, controller }: LogsProps, { pod, container, previous, follow, since }: LogChoice): LogsQuery {
  return {
    type: 'logs',
    table,
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(controller === undefined ? {} : { controller: true }),
    ...(pod === '' ? {} : { pod }),
    ...(container === '' ? {} : { container }),
    ...(previous ? { previous } : { follow }),
    ...(since === undefined ? {} : { since }),
  };
}

/** What stands where lines would, as long as there are none. */
function Nothing({ snapshot, controller, choice, store }: { readonly snapshot: LogSnapshot; readonly controller: string | undefined; readonly choice: LogChoice; readonly store: LogStore }) {
  const { pods, missing, problem, sources } = snapshot;
  const [right] = missing;
  if (problem !== undefined) return <Notice tone="bad" icon="warning" title={problem.text} actions={<button type="button" className={controls['button']} onClick={store.retry}>Retry</button>}>{problem.hint}</Notice>;
  if (right !== undefined && sources.length === 0) {
    return (
      <Notice title={right.text} icon="lock" tone="attn" actions={right.role === undefined ? null : <RoleButton role={right.role} />}>
        The right that is missing: {right.right}
      </Notice>
    );
  }
  if (pods === undefined) return <p className={classes['foot']} role="status">Reading…</p>;
  if (pods.length === 0) {
    return controller === undefined ? (
      <Notice title="There is no pod of it.">What has run here before is gone with its pods; look where the cluster’s logs are collected.</Notice>
    ) : (
      <Notice title={`No pod of ${controller} is seen.`}>It is looked for in Deployments that are labelled app.kubernetes.io/part-of=flux, or stand in flux-system; you may have to be allowed to list Deployments and pods there.</Notice>
    );
  }
  const failed = sources.find(({ state, text }) => (state === 'failed' || state === 'waiting') && text !== undefined);
  if (failed !== undefined) return <Notice title={failed.text}>{failed.hint}</Notice>;
  if (sources.some(({ state }) => state === 'reading') || sources.length === 0) return <p className={classes['foot']} role="status">Reading…</p>;
  if (controller !== undefined) return <Notice title="Its controller has said nothing about it lately.">What it says from now on comes here.</Notice>;
  return <Notice title={choice.since === undefined ? 'Nothing has been written yet.' : 'Nothing has been written since then.'}>{choice.follow ? 'What is written from now on comes here.' : undefined}</Notice>;
}

function Foot({ snapshot, dropped }: { readonly snapshot: LogSnapshot; readonly dropped: number }) {
  const { sources, missing, podsTotal } = snapshot;
  const following = sources.filter(({ state }) => state === 'following').length;
  const readPods = new Set(sources.map(({ namespace, pod }) => `${namespace}/${pod}`)).size;
  const telling = sources.filter((source): source is LogSource & { text: string } => source.text !== undefined);
  return (
    <div className={classes['foot']} role="status" aria-live="off">
      {following === 0 ? null : <span>Following {plural(following, 'container')}</span>}
      {readPods > 0 && readPods < podsTotal ? <span>{formatCount(readPods)} of {plural(podsTotal, 'pod')} read</span> : null}
      {dropped === 0 ? null : <span>{plural(dropped, 'older line')} dropped; the whole log has them</span>}
      {missing.map(({ text }) => <span key={text}>{text}</span>)}
      {telling.slice(0, 5).map((source) => <span key={`${source.namespace}/${sourceName(source)}`}>{sourceName(source)}: {source.text} {source.hint}</span>)}
    </div>
  );
}

/** The place of the reader among what was found; both move as lines come and go. */
function moved(matches: readonly number[], current: number | undefined, by: 1 | -1): number | undefined {
  if (matches.length === 0) return undefined;
  if (current === undefined) return by === 1 ? matches[0] : matches[matches.length - 1];
  const beyond = by === 1 ? matches.find((n) => n > current) : matches.findLast((n) => n < current);
  return beyond ?? (by === 1 ? matches[0] : matches[matches.length - 1]);
}

export function Logs(props: LogsProps) {
  const { table, namespace, name, controller } = props;
  const live = useLive();
  const [choice, setChoice] = useState(firstChoice);
  const [search, setSearch] = useState('');
  const [only, setOnly] = useState(false);
  const [current, setCurrent] = useState<number | undefined>(undefined);
  const store = useMemo(() => live.logs(queryOf({ table, namespace, name, ...(controller === undefined ? {} : { controller }) }, firstChoice)), [live, table, namespace, name, controller]);
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot);
  const wrap = useSyncExternalStore(logWrap.subscribe, logWrap.get);
  const times = useSyncExternalStore(logTimes.subscribe, logTimes.get);
  const { buffer } = store;
  useEffect(() => {
    store.search(search);
  }, [store, search]);
  const onChoice = (next: LogChoice): void => {
    setChoice(next);
    setCurrent(undefined);
    store.ask(queryOf(props, next));
  };
  const { entries, matches } = buffer;
  const filtered = only && search !== '';
  const rows = useMemo<readonly LogEntry[]>(
    () => (filtered ? matches.map((n) => buffer.at(n)).filter((entry) => entry !== undefined) : entries),
    [filtered, matches, entries, buffer, snapshot.version], // eslint-disable-line react-hooks/exhaustive-deps -- the buffer grows in place
  );
  const place = current === undefined ? 0 : matches.indexOf(current) + 1;
  return (
    <div className={classes['logs']}>
      <LogToolbar choice={choice} onChoice={onChoice} pods={snapshot.pods ?? []} podsTotal={snapshot.podsTotal} controller={controller !== undefined} wrap={wrap} times={times}>
        <LogSearch search={search} onSearch={(text) => { setSearch(text); setCurrent(undefined); }} only={only} onOnly={setOnly} found={matches.length} place={place} onMove={(by) => { setCurrent(moved(matches, current, by)); }} />
        <button type="button" className={controls['plain']} onClick={store.clear}>Clear</button>
        <LogDownload name={name} entries={() => buffer.entries} count={entries.length} sources={snapshot.sources} previous={choice.previous} />
      </LogToolbar>
      {entries.length === 0 ? (
        <Nothing snapshot={snapshot} controller={controller} choice={choice} store={store} />
      ) : (
        <LogView rows={rows} next={buffer.next} search={search} current={current} wrap={wrap} times={times} sources={snapshot.sources.length > 1} controller={controller !== undefined} />
      )}
      <Foot snapshot={snapshot} dropped={buffer.dropped} />
    </div>
  );
}
