// The values of a HelmRelease, each with where it comes from. Those of Secrets are shown one at a time, and the audit log
// says who saw which.
import { useState } from 'react';
import { isReleaseValues, isRevealedValue } from '../../../../api/checks';
import type { ReleaseValue, ReleaseValues, ValueOrigin } from '../../../../api/types';
import { formatCount } from '../../../../lib/number';
import { failed } from '../../../../lib/texts';
import { useLive } from '../../../../live/hooks';
import controls from '../../../../ui/controls.module.css';
import { Notice } from '../../../../ui/Notice';
import { ObjectLink } from '../../../../ui/ObjectLink';
import pane from '../ObjectPane.module.css';
import classes from './Release.module.css';
import { ReleaseProblem } from './ReleaseProblem';
import { RevisionSelect } from './RevisionSelect';
import { Unread } from './Unread';
import { useRead } from './useRead';
import { originNote, pathText, shownValues, valueText, type ValueFilter } from './values';

export interface ReleaseProps {
  readonly namespace: string;
  readonly name: string;
}

const mask = '••••••';

function Masked({ namespace, name, path, revision }: ReleaseProps & { readonly path: ReleaseValue['path']; readonly revision: number }) {
  const { api } = useLive();
  const [shown, setShown] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const reveal = async (): Promise<void> => {
    const answer = await api.post('api/release/reveal', { namespace, name, path, revision }, isRevealedValue);
    setProblem(answer.ok ? undefined : failed('the value', answer.error));
    if (answer.ok) setShown(valueText(answer.value.value));
  };
  const key = pathText(path);
  if (shown !== undefined) {
    return (
      <>
        <span className={classes['revealed']}>{shown}</span>
        <button type="button" className={controls['plain']} aria-label={`Hide ${key}`} onClick={() => { setShown(undefined); }}>Hide</button>
      </>
    );
  }
  return (
    <>
      <span className={classes['mask']} aria-label="masked">{mask}</span>
      <button type="button" className={controls['plain']} aria-label={`Reveal ${key}`} data-tip="The audit log says that you saw it." onClick={() => { void reveal(); }}>Reveal</button>
      {problem === undefined ? null : <span className={classes['refusal']} role="alert">{problem}</span>}
    </>
  );
}

function Origin({ origin }: { readonly origin: ValueOrigin | undefined }) {
  if (origin === undefined) return null;
  return (
    <span className={classes['origin']}>
      {origin.ref === undefined ? null : <><span className="dim">{origin.ref.kind}</span> <ObjectLink target={origin.ref} /> </>}
      <span className="dim">{originNote(origin)}</span>
    </span>
  );
}

function Table({ answer, shown, namespace, name }: ReleaseProps & { readonly answer: ReleaseValues; readonly shown: readonly ReleaseValue[] }) {
  return (
    <table className={classes['values']}>
      <thead>
        <tr><th scope="col">Key</th><th scope="col">Value</th><th scope="col">From</th></tr>
      </thead>
      <tbody>
        {shown.map((value) => (
          <tr key={pathText(value.path)}>
            <th scope="row" className="mono">{pathText(value.path)}</th>
            <td className="mono">
              {value.masked === true
                ? <Masked key={answer.revision} namespace={namespace} name={name} path={value.path} revision={answer.revision} />
                : <span className={typeof value.value === 'string' ? undefined : classes['scalar']}>{value.value === '' ? '""' : valueText(value.value)}</span>}
            </td>
            <td><Origin origin={answer.origins[value.origin]} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ValuesTab({ namespace, name }: ReleaseProps) {
  const [revision, setRevision] = useState(0);
  const [filter, setFilter] = useState<ValueFilter>({ text: '', defaults: false });
  const { value: answer, problem, reading, again } = useRead('api/release/values', isReleaseValues, { namespace, name, revision: revision === 0 ? undefined : String(revision) });
  const shown = answer === undefined ? [] : shownValues(answer, filter);
  return (
    <div className={pane['body']}>
      <div className={classes['bar']}>
        <RevisionSelect label="Values" now="as merged now" revisions={answer?.revisions ?? []} value={revision} onChange={setRevision} />
        <input type="search" placeholder="Filter keys and values" aria-label="Filter the values" value={filter.text} onChange={({ currentTarget }) => { setFilter({ ...filter, text: currentTarget.value }); }} />
        <label className={classes['toggle']}>
          <input type="checkbox" checked={filter.defaults} onChange={({ currentTarget }) => { setFilter({ ...filter, defaults: currentTarget.checked }); }} />
          with the chart’s defaults
        </label>
        <button type="button" className={controls['plain']} onClick={again}>Read again</button>
      </div>
      {reading && answer === undefined ? <p className={classes['note']} role="status" aria-label="Reading the values">Reading…</p> : null}
      {problem === undefined ? null : <ReleaseProblem problem={problem} what="the values" onRetry={again} />}
      {answer === undefined || problem !== undefined ? null : (
        <>
          {answer.problems.map((text) => <Notice key={text} title="The controller refuses these values." tone="bad" icon="warning">{text}</Notice>)}
          <Unread missing={answer.missing} />
          {answer.defaultsProblem === undefined || !filter.defaults ? null : <ReleaseProblem problem={answer.defaultsProblem} what="the chart’s defaults" onRetry={again} />}
          {shown.length === 0 ? <p className={classes['note']}>{filter.text === '' ? 'No values are given.' : 'None of them matches.'}</p> : <Table answer={answer} shown={shown} namespace={namespace} name={name} />}
          {answer.cut ? <p className={classes['note']}>Only the first {formatCount(answer.values.length)} are listed.</p> : null}
        </>
      )}
    </div>
  );
}
