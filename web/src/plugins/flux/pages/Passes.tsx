// What was reconciled last, newest first: one line an object.
import { memo } from 'react';
import type { Pass } from '../../../api/types';
import type { HeldItem } from '../../../lib/heldItems';
import { sameJson } from '../../../lib/equal';
import { refKey } from '../../../lib/name';
import { formatDuration } from '../../../lib/time';
import { StatusIcon } from '../../../status/Status';
import { ObjectLink } from '../../../ui/ObjectLink';
import { Revision } from '../../../ui/Revision';
import summary from '../../../ui/summary/Summary.module.css';
import { Time } from '../../../ui/Time';
import classes from './DashboardPage.module.css';

const took = (ms: number): string => (ms < 1000 ? `${ms} ms` : ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms));

const Row = memo(function Row({ pass: { ref, at, status, succeeded, revision, message, tookMs } }: { readonly pass: Pass }) {
  const shown = succeeded === undefined ? status : succeeded ? 'Ready' : 'Failed';
  const word = succeeded === undefined ? status : succeeded ? 'succeeded' : 'failed';
  return (
    <li className={classes['pass']}>
      <span className={classes['at']}><Time at={at} as="age" /></span>
      <span className={classes['result']} data-tip={word}>
        <StatusIcon status={shown} />
        <span className="sr">{word}</span>
      </span>
      <span className={classes['name']} data-stop>
        <span className="dim">{ref.kind}</span> <ObjectLink target={ref} />
      </span>
      <span className={classes['what']} data-tip-cut={message}>
        {message === undefined ? (revision === undefined ? null : <Revision revision={revision} />) : <span className="cut">{message}</span>}
      </span>
      <span className={classes['took']}>{tookMs === undefined ? null : took(tookMs)}</span>
    </li>
  );
}, sameJson);

export function Passes({ items }: { readonly items: readonly HeldItem<Pass>[] }) {
  return (
    <section aria-label="Reconciled last">
      <header className={summary['head']}>
        <h2>Reconciled last</h2>
        <span className={summary['sum']}>as far as objects and events tell</span>
      </header>
      {items.length === 0 ? <p className={summary['none']}>Nothing is known of any reconciliation.</p> : null}
      <ul>
        {items.map(({ item }) => <Row key={`${refKey(item.ref)} ${item.at}`} pass={item} />)}
      </ul>
    </section>
  );
}
