// The menu as a page, for the phone.
import { useMeta } from '../../../live/hooks';
import { Sections } from '../../../shell/Nav';
import classes from './PlainPage.module.css';

export function ListsPage() {
  const meta = useMeta();
  return (
    <div className={classes['page']}>
      <h1>Lists</h1>
      {!meta?.ready ? <p className="dim" role="status">Reading what this cluster has…</p> : null}
      {meta === undefined ? null : <Sections meta={meta} />}
      {meta?.ready === true && meta.sections.length === 0 ? <p>You may not list anything here.</p> : null}
    </div>
  );
}
