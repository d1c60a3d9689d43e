// What may be done to the open object, what it would lead to, and what becomes of it.
import { Modal } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { Detail, Offer, Operation, Problem } from '../../../api/types';
import { useOperations } from '../../../live/hooks';
import controls from '../../../ui/controls.module.css';
import { Icon } from '../../../ui/icons';
import { useShortcut } from '../../../ui/shortcuts';
import classes from './Actions.module.css';
import { EscapeCloses } from '../../../ui/EscapeCloses';
import { MissingRole } from './MissingRole';
import { OutcomeMark } from './OutcomeMark';
import { noReason, type Reason, ReasonFields, reasonOf } from './ReasonFields';
import { nameOf, outcomes, stepWord } from './texts';
import { useGiveUp, useStart } from './useStart';

function Refused({ offer }: { readonly offer: Offer }) {
  return (
    <>
      <p className={classes['why']}>{offer.why}</p>
      {offer.role === undefined ? null : <MissingRole role={offer.role} />}
    </>
  );
}

export function Consequences({ consequences, warnings }: Pick<Offer, 'consequences' | 'warnings'>) {
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} className={classes['warning']}>
          <Icon name="warning" />
          {warning}
        </p>
      ))}
      <ul className={classes['list']}>
        {consequences.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  );
}

interface ConfirmProps {
  readonly offer: Offer;
  readonly detail: Detail;
  readonly table: string;
  readonly onClose: () => void;
}

function Confirm({ offer, detail, table, onClose }: ConfirmProps) {
  const { busy, start } = useStart();
  const [reason, setReason] = useState<Reason>(noReason);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { namespace, name } = detail.ref;
    const answer = await start({ action: offer.id, objects: [{ table, namespace, name }], ...(offer.asksReason ? reasonOf(reason) : {}) });
    const refused = answer.problem ?? answer.started?.[0]?.problem;
    if (refused === undefined) onClose();
    else setProblem(refused);
  };
  if (!offer.possible) return <Refused offer={offer} />;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Consequences consequences={offer.consequences} warnings={offer.warnings} />
      {offer.asksReason ? <ReasonFields value={reason} onChange={setReason} /> : null}
      {problem === undefined ? null : <p role="alert" className={classes['warning']}>{problem.text}</p>}
      <div className={classes['foot']}>
        <button type="button" className={controls['button']} onClick={onClose}>Cancel</button>
        <button type="submit" className={`${controls['button'] ?? ''} ${classes['primary'] ?? ''}`} disabled={busy} {...(offer.asksReason ? {} : { 'data-autofocus': true })}>
          {offer.title}
        </button>
      </div>
    </form>
  );
}

function Steps({ operation }: { readonly operation: Operation }) {
  if (operation.steps.length < 2) return null;
  return (
    <ol className={classes['list']}>
      {operation.steps.map(({ ref, title, state, text }) => (
        <li key={`${ref.kind} ${nameOf(ref)}`}>
          {title} {ref.kind} {nameOf(ref)}: {stepWord(state)}
          {text === '' ? null : <span className={classes['note']}>{text}</span>}
        </li>
      ))}
    </ol>
  );
}

function Progress({ operation, onDismiss }: { readonly operation: Operation; readonly onDismiss: () => void }) {
  const giveUp = useGiveUp();
  const running = operation.state === 'running';
  return (
    <section className={classes['progress']} data-tone={outcomes[operation.state].tone} aria-label={operation.title}>
      <div className={classes['line']}>
        <strong>{operation.title}</strong>
        <span role="status">
          <OutcomeMark outcome={operation.state} operation={operation} />
        </span>
        <span className={classes['space']} />
        {running ? (
          <button type="button" className={controls['plain']} onClick={() => { giveUp(operation.id); }}>Stop watching</button>
        ) : (
          <button type="button" className={controls['icon']} onClick={onDismiss} aria-label="Dismiss" data-tip="Dismiss">
            <Icon name="close" />
          </button>
        )}
      </div>
      <p className={classes['text']}>{operation.text}</p>
      {operation.revision === undefined ? null : <p className={classes['text']}>Revision {operation.revision}</p>}
      <Steps operation={operation} />
    </section>
  );
}

interface ObjectActionsProps {
  readonly detail: Detail;
  readonly table: string;
  readonly gone: boolean;
}

export function ObjectActions({ detail, table, gone }: ObjectActionsProps) {
  const operations = useOperations();
  const [chosen, setChosen] = useState<string>();
  const [dismissed, setDismissed] = useState(0);
  const { namespace, name } = detail.ref;
  const newest = operations.find(({ id, ref }) => id > dismissed && ref.table === table && ref.namespace === namespace && ref.name === name);
  const offer = detail.actions.find(({ id }) => id === chosen);
  const close = (): void => {
    setChosen(undefined);
  };
  useShortcut({
    group: 'Object',
    keys: ['a'],
    text: 'to what may be done',
    run: () => {
      const first = document.querySelector<HTMLElement>('#object [data-actions] button');
      first?.focus();
      return first !== null;
    },
  });
  return (
    <>
      {gone || detail.actions.length === 0 ? null : (
        <div className={classes['bar']} data-actions="" role="group" aria-label="Actions">
          {detail.actions.map((one) => (
            <button key={one.id} type="button" className={`${controls['button'] ?? ''} ${classes['button'] ?? ''}`} aria-disabled={!one.possible} aria-haspopup="dialog" data-tip={one.why} onClick={() => { setChosen(one.id); }}>
              {one.title}
            </button>
          ))}
        </div>
      )}
      {newest === undefined ? null : <Progress operation={newest} onDismiss={() => { setDismissed(newest.id); }} />}
      <Modal opened={offer !== undefined} onClose={close} closeOnEscape={false} title={offer === undefined ? '' : `${offer.title} ${detail.ref.kind} ${nameOf(detail.ref)}`} size={560} closeButtonProps={{ 'aria-label': 'Close' }}>
        <EscapeCloses onClose={close} />
        {offer === undefined ? null : <Confirm offer={offer} detail={detail} table={table} onClose={close} />}
      </Modal>
    </>
  );
}
