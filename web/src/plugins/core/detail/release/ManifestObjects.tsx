// For a HelmRelease whose status keeps no inventory: what its release's manifest names, read when asked.
import { useState } from 'react';
import { isReleaseContents } from '../../../../api/checks';
import controls from '../../../../ui/controls.module.css';
import { Linked } from '../../../../ui/ObjectLink';
import pane from '../ObjectPane.module.css';
import classes from './Release.module.css';
import { ReleaseProblem } from './ReleaseProblem';
import { useRead } from './useRead';
import type { ReleaseProps } from './ValuesTab';

function Objects({ namespace, name }: ReleaseProps) {
  const { value, problem, again } = useRead('api/release/contents', isReleaseContents, { namespace, name });
  if (problem !== undefined) return <ReleaseProblem problem={problem} what="the release’s manifest" onRetry={again} />;
  if (value === undefined) return <p className={classes['note']} role="status" aria-label="Reading the release">Reading…</p>;
  return (
    <>
      <p className={classes['note']}>The manifest of revision {value.release.revision} names {value.objects.length} objects; definitions of the chart’s folder crds/ and hooks are not among them.</p>
      <ul className={pane['inventory']}>
        {value.objects.map((entry) => (
          <li key={`${entry.ref.group}/${entry.ref.kind}/${entry.ref.namespace}/${entry.ref.name}`}><Linked linked={entry} /></li>
        ))}
      </ul>
    </>
  );
}

export function ManifestObjects({ namespace, name }: ReleaseProps) {
  const [wanted, setWanted] = useState(false);
  return (
    <section className={pane['section']} aria-label="Manifest of the release">
      {wanted ? <Objects namespace={namespace} name={name} /> : (
        <button type="button" className={controls['button']} onClick={() => { setWanted(true); }}>Read the release’s manifest</button>
      )}
    </section>
  );
}
