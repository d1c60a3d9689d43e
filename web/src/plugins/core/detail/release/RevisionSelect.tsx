// Which of the stored revisions is looked at.
import type { StoredRevision } from '../../../../api/types';
import { revisionText } from './values';
import classes from './Release.module.css';

interface RevisionSelectProps {
  readonly label: string;
  readonly revisions: readonly StoredRevision[];
  readonly value: number;
  /** What stands for 0, if that may be chosen. */
  readonly now?: string;
  readonly onChange: (revision: number) => void;
}

export function RevisionSelect({ label, revisions, value, now, onChange }: RevisionSelectProps) {
  return (
    <label className={classes['pick']}>
      {label}
      <select value={value} onChange={({ currentTarget }) => { onChange(Number(currentTarget.value)); }}>
        {now === undefined ? null : <option value={0}>{now}</option>}
        {revisions.map((one) => <option key={one.revision} value={one.revision}>{revisionText(one)}</option>)}
      </select>
    </label>
  );
}
