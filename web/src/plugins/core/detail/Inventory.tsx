// What the object has applied, each with its live state, the worst first as it is served.
import { useState } from 'react';
import type { Inventory as InventoryAnswer, StatusName } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { StatusIcon } from '../../../status/Status';
import { statuses } from '../../../status/status';
import { Linked } from '../../../ui/ObjectLink';
import { matches, notes } from './inventory';
import classes from './ObjectPane.module.css';

const isStatus = (word: string): word is StatusName => word in statuses;

function Counts({ counts }: { readonly counts: InventoryAnswer['counts'] }) {
  const words: Readonly<Record<string, string>> = { Missing: 'do not exist', NotWatched: 'not watched' };
  return (
    <ul className={classes['counts']} aria-label="By state">
      {Object.entries(counts).map(([word, count]) => (
        <li key={word}>
          {isStatus(word) ? <StatusIcon status={word} /> : null}
          {formatCount(count)} {words[word] ?? word}
        </li>
      ))}
    </ul>
  );
}

export function Inventory({ inventory }: { readonly inventory: InventoryAnswer }) {
  const [text, setText] = useState('');
  const { entries, total } = inventory;
  const shown = entries.filter((entry) => matches(entry, text));
  const said = notes(inventory);
  return (
    <div className={classes['body']}>
      <section className={classes['section']} aria-label="Inventory">
        {said.map((note) => (
          <p key={note} className={classes['none']}>{note}</p>
        ))}
        {total === 0 ? <p className={classes['none']}>Nothing is applied.</p> : <Counts counts={inventory.counts} />}
        {entries.length > 8 ? (
          <input className={classes['filter']} type="search" placeholder="Filter by kind, name, state" aria-label="Filter the inventory" value={text} onChange={({ currentTarget }) => { setText(currentTarget.value); }} />
        ) : null}
        <ul className={classes['inventory']}>
          {shown.map(({ remark, message, ...entry }) => (
            <li key={`${entry.ref.group}/${entry.ref.kind}/${entry.ref.namespace}/${entry.ref.name}`}>
              <Linked linked={entry} />
              {message === undefined || entry.status === 'Ready' ? null : <p className={classes['message']}>{message}</p>}
              {remark === undefined ? null : <p className={classes['origin']}>{remark}</p>}
            </li>
          ))}
        </ul>
        {shown.length === 0 && entries.length > 0 ? <p className={classes['none']}>None of them matches.</p> : null}
        {total > entries.length ? <p className={classes['none']}>{formatCount(total - entries.length)} more, none of them worse, are not listed.</p> : null}
      </section>
    </div>
  );
}
