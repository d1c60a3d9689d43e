// One action on several objects of a list: what it leads to for each, then what becomes of each.
import { Modal } from '@mantine/core';
import { type SubmitEvent, useEffect, useState } from 'react';
import { isOffers } from '../../../api/checks';
import type { ActionInfo, ObjectAddress, Offers, Operation, Problem, Started, TableInfo } from '../../../api/types';
import { formatCount, plural } from '../../../lib/number';
import { useLive, useMeta, useOperations } from '../../../live/hooks';
import controls from '../../../ui/controls.module.css';
import classes from './Actions.module.css';
import { EscapeCloses } from '../../../ui/EscapeCloses';
import { MissingRole } from './MissingRole';
import { Consequences } from './ObjectActions';
import { OutcomeMark } from './OutcomeMark';
import { noReason, type Reason, ReasonFields, reasonOf } from './ReasonFields';
import { nameOf } from './texts';
import { useGiveUp, useStart } from './useStart';

type Given = Offers['offers'];

const most = 100; // objects of one request, as the server has it

function useOffers(action: string, objects: readonly ObjectAddress[]): { readonly offers?: Given; readonly problem?: Problem } {
  const { api } = useLive();
  const [state, setState] = useState<{ readonly offers?: Given; readonly problem?: Problem }>({});
  const asked = JSON.stringify({ action, objects });
  useEffect(() => {
    let wanted = true;
    void api.post('api/offers', JSON.parse(asked), isOffers).then((answer) => {
      if (wanted) setState(answer.ok ? { offers: answer.value.offers } : { problem: answer.error });
    });
    return () => {
      wanted = false;
    };
  }, [api, asked]);
  return state;
}

/** What all of them lead to, each sentence once. */
const together = (offers: Given, of: 'consequences' | 'warnings'): string[] => [...new Set(offers.flatMap(({ offer }) => (offer?.possible === true ? offer[of] : [])))];

/** What would have to be granted, each Role once: one namespace's objects need the same. */
const missingRoles = (offers: Given): string[] => [...new Set(offers.flatMap(({ offer }) => (offer?.possible === false && offer.role !== undefined ? [offer.role] : [])))];

interface DialogProps {
  readonly action: ActionInfo;
  readonly objects: readonly ObjectAddress[];
  readonly selected: number;
  readonly onClose: () => void;
}

function Results({ objects, results, onClose }: { readonly objects: readonly ObjectAddress[]; readonly results: Started['results']; readonly onClose: () => void }) {
  const operations = useOperations();
  const giveUp = useGiveUp();
  const byId = new Map<number, Operation>(operations.map((one) => [one.id, one]));
  const running = results.flatMap(({ id }) => (id !== undefined && (byId.get(id)?.state ?? 'running') === 'running' ? [id] : []));
  return (
    <>
      <p role="status" className={classes['why']}>{running.length === 0 ? 'All of them have an outcome.' : `${plural(running.length, 'object')} still at it.`}</p>
      <ul className={classes['objects']} tabIndex={0} aria-label="Outcomes">
        {objects.map((object, index) => {
          const { id, problem } = results[index] ?? {};
          const operation = id === undefined ? undefined : byId.get(id);
          return (
            <li key={nameOf(object)}>
              <span>{nameOf(object)}</span>{' '}
              {problem === undefined ? <OutcomeMark outcome={operation?.state ?? 'running'} {...(operation === undefined ? {} : { operation })} /> : <OutcomeMark outcome="failed" />}
              <span className={classes['note']}>{problem?.text ?? operation?.text ?? ''}</span>
            </li>
          );
        })}
      </ul>
      <div className={classes['foot']}>
        {running.length === 0 ? null : <button type="button" className={controls['button']} onClick={() => { running.forEach(giveUp); }}>Stop watching</button>}
        <button type="button" className={controls['button']} onClick={onClose}>Close</button>
      </div>
    </>
  );
}

function Dialog({ action, objects, selected, onClose }: DialogProps) {
  const { offers, problem } = useOffers(action.id, objects);
  const { busy, start } = useStart();
  const [reason, setReason] = useState<Reason>(noReason);
  const [refused, setRefused] = useState<Problem>();
  const [done, setDone] = useState<{ readonly objects: readonly ObjectAddress[]; readonly results: Started['results'] }>();
  if (done !== undefined) return <Results {...done} onClose={onClose} />;
  const failure = refused ?? problem;
  if (offers === undefined) return <p role="status" className={classes['why']}>{failure?.text ?? 'Looking at what it leads to…'}</p>;
  const possible = offers.filter(({ offer }) => offer?.possible === true);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const chosen = possible.map(({ table, namespace, name }) => ({ table, namespace, name }));
    const answer = await start({ action: action.id, objects: chosen, ...(action.asksReason ? reasonOf(reason) : {}) });
    if (answer.started === undefined) setRefused(answer.problem);
    else setDone({ objects: chosen, results: answer.started });
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {selected > objects.length ? <p className={classes['warning']}>{formatCount(selected)} are selected. These are the first {objects.length}: that many at a time.</p> : null}
      <ul className={classes['objects']} tabIndex={0} aria-label="Objects">
        {offers.map((one) => (
          <li key={nameOf(one)}>
            <span>{nameOf(one)}</span>
            {one.offer?.possible === true ? null : <span className={classes['note']}>Left out: {one.offer?.why ?? 'it does not exist, or you may not see it.'}</span>}
          </li>
        ))}
      </ul>
      {missingRoles(offers).map((role) => <MissingRole key={role} role={role} />)}
      <Consequences consequences={together(offers, 'consequences')} warnings={together(offers, 'warnings')} />
      {action.asksReason ? <ReasonFields value={reason} onChange={setReason} /> : null}
      {failure === undefined ? null : <p role="alert" className={classes['warning']}>{failure.text}</p>}
      <div className={classes['foot']}>
        <button type="button" className={controls['button']} onClick={onClose}>Cancel</button>
        <button type="submit" className={`${controls['button'] ?? ''} ${classes['primary'] ?? ''}`} disabled={busy || possible.length === 0}>
          {action.title} {plural(possible.length, 'object')}
        </button>
      </div>
    </form>
  );
}

export function BulkActions({ info, keys }: { readonly info: TableInfo; readonly keys: readonly string[] }) {
  const [chosen, setChosen] = useState<{ readonly action: ActionInfo; readonly objects: readonly ObjectAddress[] }>();
  const readOnly = useMeta()?.readOnly === true;
  const actions = info.actions ?? [];
  if (actions.length === 0) return null;
  const objects = keys.slice(0, most).map((key) => {
    const slash = key.indexOf('/');
    return { table: info.id, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
  });
  const close = (): void => {
    setChosen(undefined);
  };
  return (
    <div className={classes['bulk']} role="group" aria-label="Actions on the selected objects">
      {actions.map((action) => (
        <button key={action.id} type="button" className={`${controls['button'] ?? ''} ${classes['button'] ?? ''}`} aria-disabled={readOnly} aria-haspopup="dialog" data-tip={readOnly ? 'Masthead was started with --read-only.' : undefined} onClick={() => { setChosen({ action, objects }); }}>
          {action.title}
        </button>
      ))}
      <Modal opened={chosen !== undefined} onClose={close} closeOnEscape={false} title={chosen === undefined ? '' : `${chosen.action.title}: ${info.title}`} size={640} closeButtonProps={{ 'aria-label': 'Close' }}>
        <EscapeCloses onClose={close} />
        {chosen === undefined ? null : <Dialog {...chosen} selected={keys.length} onClose={close} />}
      </Modal>
    </div>
  );
}
