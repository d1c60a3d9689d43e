import type { Operation, Outcome } from '../../../api/types';
import classes from './Actions.module.css';
import { outcomes, wordOf } from './texts';

export function OutcomeMark({ outcome, operation }: { readonly outcome: Outcome; readonly operation?: Operation }) {
  const { word, tone, mark } = outcomes[outcome];
  return (
    <span className={classes['outcome']} data-tone={tone}>
      <span aria-hidden="true">{mark}</span>
      {operation === undefined ? word : wordOf(operation)}
    </span>
  );
}
