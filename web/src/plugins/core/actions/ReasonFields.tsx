// Why something is suspended, and until when.
import classes from './Actions.module.css';

export interface Reason {
  readonly reason: string;
  /** As the input has it: local time without a zone; empty is no end. */
  readonly until: string;
}

export const noReason: Reason = { reason: '', until: '' };

export function reasonOf({ reason, until }: Reason): { reason?: string; until?: number } {
  const at = until === '' ? NaN : new Date(until).getTime();
  return { ...(reason.trim() === '' ? {} : { reason: reason.trim() }), ...(Number.isNaN(at) ? {} : { until: at }) };
}

export function ReasonFields({ value, onChange }: { readonly value: Reason; readonly onChange: (value: Reason) => void }) {
  return (
    <>
      <label className={classes['field']}>
        Reason
        <input data-autofocus value={value.reason} maxLength={250} required placeholder="Why, for those who find it suspended" onChange={(event) => { onChange({ ...value, reason: event.target.value }); }} />
      </label>
      <label className={classes['field']}>
        Until (optional; after that it is shown as overdue)
        <input type="datetime-local" value={value.until} onChange={(event) => { onChange({ ...value, until: event.target.value }); }} />
      </label>
    </>
  );
}
