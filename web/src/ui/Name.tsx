// A name that is shortened in the middle when it does not fit; the whole stands in the tip and is what gets copied.
import { displayName, splitName, splitPath } from '../lib/name';
import classes from './Name.module.css';

/** An image, a path or an address: its end is what differs. */
export function PathText({ text }: { readonly text: string }) {
  const { head, tail } = splitPath(text);
  return (
    <span className={classes['name']} data-tip-cut={text}>
      <span className={classes['head']}>{head}</span>
      {tail === '' ? null : <span className={classes['tail']}>{tail}</span>}
    </span>
  );
}

export function Name({ namespace = '', name }: { readonly namespace?: string; readonly name: string }) {
  const { head, tail } = splitName(name);
  return (
    <span className={classes['name']} data-tip-cut={displayName(namespace, name)}>
      {namespace === '' ? null : (
        <span className={classes['namespace']}>
          <span className={classes['cut']}>{namespace}</span>/
        </span>
      )}
      <span className={classes['own']}>
        <span className={classes['head']}>{head}</span>
        {tail === '' ? null : <span className={classes['tail']}>{tail}</span>}
      </span>
    </span>
  );
}
