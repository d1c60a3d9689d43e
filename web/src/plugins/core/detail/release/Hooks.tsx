// Hooks in the order in which Helm runs them; tests are hooks too.
import type { Hook } from '../../../../api/types';
import { formatDuration } from '../../../../lib/time';
import { Time } from '../../../../ui/Time';
import classes from './Release.module.css';

function LastRun({ hook }: { readonly hook: Hook }) {
  const { phase, started, completed } = hook;
  if (started === undefined) return <span className="dim">has not run</span>;
  return (
    <>
      <span className={phase === 'Failed' ? classes['bad'] : undefined}>{phase ?? 'Unknown'}</span> <Time at={started} />
      {completed === undefined ? null : <span className="dim"> in {formatDuration(completed - started)}</span>}
    </>
  );
}

export function Hooks({ hooks }: { readonly hooks: readonly Hook[] }) {
  if (hooks.length === 0) return <p className={classes['note']}>The release has neither hooks nor tests.</p>;
  return (
    <table className={classes['values']}>
      <thead>
        <tr><th scope="col">Hook</th><th scope="col">Events</th><th scope="col">Weight</th><th scope="col">Is deleted</th><th scope="col">Last run</th></tr>
      </thead>
      <tbody>
        {hooks.map((hook) => (
          <tr key={`${hook.kind}/${hook.name}/${hook.path ?? ''}`}>
            <th scope="row"><span className="dim">{hook.kind}</span> {hook.name}{hook.test ? <span className={classes['test']}>test</span> : null}</th>
            <td>{hook.events.join(', ')}</td>
            <td>{hook.weight}</td>
            <td>{hook.deletePolicies.join(', ') || 'before-hook-creation'}</td>
            <td><LastRun hook={hook} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
