// What the lines mean and which states there are.
import { formatCount } from '../../../lib/number';
import { byRank } from '../../../status/status';
import { StatusIcon } from '../../../status/Status';
import { usePhone } from '../../../ui/useMedia';
import { stateWords } from '../graph/look';
import type { View } from '../graph/model';
import classes from './GraphPage.module.css';

const lines = [
  ['source', 'comes from'],
  ['dependency', 'waits for'],
  ['owner', 'applied by'],
  ['input', 'takes values from'],
  ['toCause', 'to the cause'],
  ['circle', 'in a circle'],
] as const;

export function GraphLegend({ view, circles }: { readonly view: View; readonly circles: boolean }) {
  const present = byRank.map((status) => [status, view.nodes.filter((node) => node.status === status).length] as const).filter(([, count]) => count > 0);
  const states = (['missing', 'hidden', 'unread', 'unwatched'] as const).map((state) => [state, view.nodes.filter((node) => node.state === state).length] as const).filter(([, count]) => count > 0);
  const drawn = new Set<string>(view.edges.map(({ by }) => (by === 'applied' ? 'owner' : by)));
  if (view.edges.some(({ toCause }) => toCause)) drawn.add('toCause');
  if (circles) drawn.add('circle');
  const phone = usePhone();
  return (
    <details className={classes['legend']} open={!phone}>
      <summary>Legend</summary>
      <ul>
        {lines.filter(([id]) => drawn.has(id)).map(([id, text]) => (
          <li key={id}>
            <svg width="28" height="10" aria-hidden="true" data-line={id}><path d="M1 5h26" /></svg>
            {text}
          </li>
        ))}
      </ul>
      <ul>
        {present.map(([status, count]) => (
          <li key={status}>
            <StatusIcon status={status} /> {status} <span className="dim">{formatCount(count)}</span>
          </li>
        ))}
        {states.map(([state, count]) => (
          <li key={state}>
            <span className={classes['stateMark']} data-state={state} aria-hidden="true" /> {stateWords[state]} <span className="dim">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
