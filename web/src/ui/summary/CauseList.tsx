// What is broken, each cause once: how many they are, how many objects wait, and a line for each of the worst.
import type { ReactNode } from 'react';
import type { Cause } from '../../api/types';
import type { HeldItem } from '../../lib/heldItems';
import { refKey } from '../../lib/name';
import { formatCount } from '../../lib/number';
import { broken } from '../../lib/texts';
import { CauseRow } from './CauseRow';
import classes from './Summary.module.css';

interface CauseListProps {
  readonly items: readonly HeldItem<Cause>[];
  readonly total: number;
  readonly waiting: number;
  /** Stands behind the sum. */
  readonly children?: ReactNode;
}

export function CauseList({ items, total, waiting, children }: CauseListProps) {
  const rest = total - items.length;
  return (
    <section aria-label="Broken">
      <header className={classes['head']}>
        <h2>Broken</h2>
        <span className={classes['sum']}>{broken(total, waiting)}</span>
        {children}
      </header>
      <ul className={classes['causes']}>
        {items.map(({ item, gone }) => <CauseRow key={refKey(item.ref)} cause={item} gone={gone} />)}
      </ul>
      {rest > 0 ? <p className={classes['none']}>and {formatCount(rest)} more, each in the list of its kind</p> : null}
    </section>
  );
}
