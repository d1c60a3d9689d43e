// What the manifests of a Kustomization are substituted with: each variable, and where it comes from. Of Secrets the names alone.
import { isSubstitutions } from '../../../api/checks';
import type { Substitutions } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import controls from '../../../ui/controls.module.css';
import { Notice } from '../../../ui/Notice';
import { ObjectLink } from '../../../ui/ObjectLink';
import pane from './ObjectPane.module.css';
import classes from './release/Release.module.css';
import { ReleaseProblem } from './release/ReleaseProblem';
import { Unread } from './release/Unread';
import { useRead } from './release/useRead';

function Origin({ answer, place }: { readonly answer: Substitutions; readonly place: number }) {
  const { ref, optional } = answer.origins[place] ?? {};
  if (ref === undefined) return <span className="dim">spec.postBuild.substitute</span>;
  return <><span className="dim">{ref.kind}</span> <ObjectLink target={ref} />{optional === true ? <span className="dim"> optional</span> : null}</>;
}

function Table({ answer }: { readonly answer: Substitutions }) {
  return (
    <table className={classes['values']}>
      <thead>
        <tr><th scope="col">Variable</th><th scope="col">Value</th><th scope="col">From</th></tr>
      </thead>
      <tbody>
        {answer.variables.map(({ name, value, origin, overrides = [] }) => (
          <tr key={name}>
            <th scope="row" className="mono">{name}</th>
            <td className="mono">{value === undefined ? <span className="dim">not shown</span> : value === '' ? '""' : value}</td>
            <td>
              <span className={classes['origin']}><Origin answer={answer} place={origin} /></span>
              {overrides.map((place) => (
                <span key={place} className={classes['origin']}><span className="dim">instead of</span> <Origin answer={answer} place={place} /></span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Variables({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const { value: answer, problem, reading, again } = useRead('api/substitutions', isSubstitutions, { namespace, name });
  return (
    <div className={pane['body']}>
      <div className={classes['bar']}>
        <button type="button" className={controls['plain']} onClick={again}>Read again</button>
      </div>
      {reading && answer === undefined ? <p className={classes['note']} role="status" aria-label="Reading the variables">Reading…</p> : null}
      {problem === undefined ? null : <ReleaseProblem problem={problem} what="the variables" onRetry={again} />}
      {answer === undefined || problem !== undefined ? null : (
        <>
          {answer.problems.map((text) => <Notice key={text} title="The controller refuses these variables." tone="bad" icon="warning">{text}</Notice>)}
          <Unread missing={answer.missing} />
          {answer.origins.map(({ ref, state, optional }) => (ref === undefined || state !== 'absent' || optional !== true ? null : <p key={`${ref.kind}/${ref.name}`} className={classes['note']}>{ref.kind} {ref.name} does not exist, and is optional.</p>))}
          {answer.variables.length === 0 ? <p className={classes['note']}>No variables are given.</p> : <Table answer={answer} />}
          {answer.cut ? <p className={classes['note']}>Only the first {formatCount(answer.variables.length)} are listed.</p> : null}
        </>
      )}
    </div>
  );
}
