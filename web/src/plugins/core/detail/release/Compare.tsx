// What two stored revisions differ in: their values, and their manifests object by object.
import { useState } from 'react';
import { isReleaseDiff } from '../../../../api/checks';
import type { ReleaseDiff, StoredRevision } from '../../../../api/types';
import classes from './Release.module.css';
import { ReleaseProblem } from './ReleaseProblem';
import { RevisionSelect } from './RevisionSelect';
import { useRead } from './useRead';
import type { ReleaseProps } from './ValuesTab';

const changes = { added: 'added', removed: 'removed', changed: 'changed', masked: 'differs only in what is masked' } as const;
const tones: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'left' };

function Values({ values }: { readonly values: ReleaseDiff['values'] }) {
  if (values.length === 0) return <p className={classes['note']}>The values are the same.</p>;
  return (
    <table className={classes['values']}>
      <thead>
        <tr><th scope="col">Key</th><th scope="col">Before</th><th scope="col">After</th></tr>
      </thead>
      <tbody>
        {values.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row" className="mono">{path}</th>
            <td className="mono">{before ?? <span className="dim">not set</span>}</td>
            <td className="mono">{after ?? <span className="dim">not set</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lines({ lines, name }: { readonly lines: readonly string[]; readonly name: string }) {
  return (
    <pre className={classes['diff']} tabIndex={0} aria-label={`Difference of ${name}`}>
      {lines.map((line, at) => (
        <span key={at} className={classes['line']} data-change={tones[line.slice(0, 1)]}>{line.startsWith('@') ? '⋯' : line}{'\n'}</span>
      ))}
    </pre>
  );
}

function Difference({ diff }: { readonly diff: ReleaseDiff }) {
  return (
    <>
      <h3 className={classes['heading']}>Values</h3>
      <Values values={diff.values} />
      <h3 className={classes['heading']}>Manifest</h3>
      {diff.objects.length === 0 ? <p className={classes['note']}>The manifests are the same.</p> : null}
      {diff.objects.map(({ ref, change, lines }) => (
        <section key={`${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`} aria-label={`${ref.kind} ${ref.name}`}>
          <p className={classes['object']}><span className="dim">{ref.kind}</span> {ref.namespace === '' ? '' : `${ref.namespace}/`}{ref.name} <span className={classes['change']}>{changes[change]}</span></p>
          {lines.length === 0 ? null : <Lines lines={lines} name={ref.name} />}
        </section>
      ))}
    </>
  );
}

function Chosen({ namespace, name, from, to }: ReleaseProps & { readonly from: number; readonly to: number }) {
  const { value, problem, reading, again } = useRead('api/release/diff', isReleaseDiff, { namespace, name, from: String(from), to: String(to) });
  if (problem !== undefined) return <ReleaseProblem problem={problem} what="the difference" onRetry={again} />;
  if (value === undefined || reading) return <p className={classes['note']} role="status" aria-label="Reading the difference">Reading…</p>;
  return <Difference diff={value} />;
}

export function Compare({ namespace, name, revisions }: ReleaseProps & { readonly revisions: readonly StoredRevision[] }) {
  const [from, setFrom] = useState(revisions[1]?.revision ?? 0);
  const [to, setTo] = useState(revisions[0]?.revision ?? 0);
  if (revisions.length < 2) return <p className={classes['note']}>Only one revision is stored: there is nothing to compare it with.</p>;
  return (
    <>
      <div className={classes['bar']}>
        <RevisionSelect label="From" revisions={revisions} value={from} onChange={setFrom} />
        <RevisionSelect label="to" revisions={revisions} value={to} onChange={setTo} />
      </div>
      <Chosen namespace={namespace} name={name} from={from} to={to} />
    </>
  );
}
