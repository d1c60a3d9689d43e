// Owners, what it owns, and whatever else it has to do with, each with its live state.
import type { Detail, LinkedRef } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { Linked } from '../../../ui/ObjectLink';
import classes from './ObjectPane.module.css';

export const relatedCount = ({ owners, owned, ownedTotal, related }: Detail): number => owners.length + (ownedTotal ?? owned.length) + related.length;

export function groupsOf({ owners, owned, related }: Detail): { readonly title: string; readonly items: readonly LinkedRef[] }[] {
  return [
    { title: 'Owners', items: owners },
    { title: 'Related', items: related },
    { title: 'Owned', items: owned },
  ].filter(({ items }) => items.length > 0);
}

export function Related({ detail }: { readonly detail: Detail }) {
  const groups = groupsOf(detail);
  const more = (detail.ownedTotal ?? detail.owned.length) - detail.owned.length;
  if (groups.length === 0) return <p className={classes['none']}>Nothing owns it, it owns nothing, and it refers to nothing that you may see.</p>;
  return (
    <div className={classes['body']}>
      {groups.map(({ title, items }) => (
        <section key={title} className={classes['section']} aria-label={title}>
          <h3>{title}</h3>
          <table className={classes['related']}>
            <thead className="sr">
              <tr>
                <th>Object</th>
                <th>Relation</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={`${item.ref.group}/${item.ref.kind}/${item.ref.namespace}/${item.ref.name}/${item.relation ?? ''}`}>
                  <td>
                    <Linked linked={item} />
                  </td>
                  <td className={classes['relation']}>{item.relation}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {title === 'Owned' && more > 0 ? <p className={classes['none']}>{formatCount(more)} more are not listed.</p> : null}
        </section>
      ))}
    </div>
  );
}
