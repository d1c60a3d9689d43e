// What Helm stores of a release: its manifest, notes, hooks and tests, and what two revisions differ in.
import { useState } from 'react';
import { isReleaseContents } from '../../../../api/checks';
import type { Release } from '../../../../api/types';
import controls from '../../../../ui/controls.module.css';
import { CopyButton } from '../../../../ui/CopyButton';
import { Time } from '../../../../ui/Time';
import { Code } from '../Code';
import pane from '../ObjectPane.module.css';
import { Compare } from './Compare';
import { Hooks } from './Hooks';
import classes from './Release.module.css';
import { ReleaseProblem } from './ReleaseProblem';
import { RevisionSelect } from './RevisionSelect';
import { useRead } from './useRead';
import type { ReleaseProps } from './ValuesTab';

const parts = { manifest: 'Manifest', notes: 'Notes', hooks: 'Hooks and tests', compare: 'Compare' } as const;
type Part = keyof typeof parts;
const ids: readonly Part[] = ['manifest', 'notes', 'hooks', 'compare'];

function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 1000);
}

function Facts({ release }: { readonly release: Release }) {
  const { chart, chartVersion, appVersion, status, description, lastDeployed, storage, listed } = release;
  return (
    <p className={classes['note']}>
      {chart} {chartVersion}{appVersion === undefined ? '' : `, app ${appVersion}`} · {status}{description === undefined ? '' : ` · ${description}`} · <Time at={lastDeployed} /> · stored as <span className="mono">{storage}</span>
      {listed ? null : ' · You may not list Secrets there: the revisions are those of the history.'}
    </p>
  );
}

function Contents({ release, part, name }: { readonly release: Release; readonly part: Part; readonly name: string }) {
  const { manifest, notes, hooks, revision } = release;
  if (part === 'hooks') return <Hooks hooks={hooks} />;
  if (part === 'notes') return notes === undefined ? <p className={classes['note']}>The chart has no notes.</p> : <pre className={classes['notes']} tabIndex={0}>{notes}</pre>;
  if (manifest === '') return <p className={classes['note']}>The manifest is empty.</p>;
  return (
    <>
      <div className={classes['bar']}>
        <span className={classes['note']}>What Secrets hold is masked, also in copies.</span>
        <CopyButton withWord label="Copy" text={manifest} />
        <button type="button" className={controls['button']} onClick={() => { download(`${name}-v${String(revision)}.yaml`, manifest); }}>Download</button>
      </div>
      <Code text={manifest} label="Manifest" />
    </>
  );
}

export function ReleaseTab({ namespace, name }: ReleaseProps) {
  const [revision, setRevision] = useState(0);
  const [part, setPart] = useState<Part>('manifest');
  const { value, problem, reading, again } = useRead('api/release/contents', isReleaseContents, { namespace, name, revision: revision === 0 ? undefined : String(revision) });
  const release = value?.release;
  const shown = problem === undefined ? release : undefined;
  return (
    <div className={pane['body']}>
      <div className={classes['bar']}>
        <div className={classes['parts']} role="group" aria-label="Part of the release">
          {ids.map((id) => (
            <button key={id} type="button" aria-pressed={part === id} onClick={() => { setPart(id); }}>{parts[id]}</button>
          ))}
        </div>
        {release === undefined || part === 'compare' ? null : <RevisionSelect label="Revision" revisions={release.revisions} value={revision === 0 ? release.revision : revision} onChange={setRevision} />}
        {release === undefined ? null : <button type="button" className={controls['plain']} onClick={again}>Read again</button>}
      </div>
      {reading && release === undefined ? <p className={classes['note']} role="status" aria-label="Reading the release">Reading…</p> : null}
      {problem === undefined ? null : <ReleaseProblem problem={problem} what="the release" onRetry={again} />}
      {shown === undefined ? null : part === 'compare' ? (
        <Compare namespace={namespace} name={name} revisions={shown.revisions} />
      ) : (
        <>
          <Facts release={shown} />
          <Contents release={shown} part={part} name={name} />
        </>
      )}
    </div>
  );
}
