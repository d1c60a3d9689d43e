// A link to an object, with its state where known. Objects whose kind has no list are named, not linked.
import type { LinkedRef, Ref } from '../api/types';
import { displayName } from '../lib/name';
import { StatusIcon } from '../status/Status';
import { Name } from './Name';
import { useObjectHref } from './navigation';
import classes from './ObjectLink.module.css';

export function ObjectLink({ target, tabIndex }: { readonly target: Ref; readonly tabIndex?: number }) {
  const href = useObjectHref();
  const { table, namespace, name } = target;
  const text = <Name namespace={namespace} name={name} />;
  if (table === undefined) return <span className={classes['ref']}>{text}</span>;
  return (
    <a className={classes['ref']} href={href({ table, namespace, name })} {...(tabIndex === undefined ? {} : { tabIndex })}>
      {text}
    </a>
  );
}

/** `Kind ns/name` with its state in front and what is odd about it behind. */
export function Linked({ linked, tabIndex, kind = true }: { readonly linked: LinkedRef; readonly tabIndex?: number; readonly kind?: boolean }) {
  const { ref, status, missing, remark } = linked;
  return (
    <span className={classes['linked']} data-tip-cut={`${ref.kind} ${displayName(ref.namespace, ref.name)}`}>
      {status === undefined ? null : <StatusIcon status={status} label />}
      {kind ? <span className={classes['kind']} data-kind>{ref.kind}</span> : null}
      <ObjectLink target={ref} {...(tabIndex === undefined ? {} : { tabIndex })} />
      {missing === true ? <span className={classes['missing']}>does not exist</span> : null}
      {remark === undefined || remark === '' ? null : <span className={classes['remark']}>{remark}</span>}
    </span>
  );
}
