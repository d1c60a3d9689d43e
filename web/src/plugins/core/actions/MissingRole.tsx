// What would have to be granted for an action that a right is missing for.
import { CopyButton } from '../../../ui/CopyButton';
import classes from './Actions.module.css';

export function MissingRole({ role }: { readonly role: string }) {
  return (
    <div className={classes['missing']}>
      <p className="dim">This Role would allow it:</p>
      <pre className={classes['role']} tabIndex={0}>{role}</pre>
      <CopyButton withWord label="Copy the Role" text={role} />
    </div>
  );
}
