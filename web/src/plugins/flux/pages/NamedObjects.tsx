// The first of some objects, and a list in which the rest are.
import type { Ref } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { goTo } from '../../../lib/place';
import { useNavigation } from '../../../ui/navigation';
import { ObjectLink } from '../../../ui/ObjectLink';
import classes from './ControllersPage.module.css';

interface Named {
  readonly objects: readonly Ref[];
  readonly total: number;
  readonly table: string;
  readonly title: string;
  readonly filter: string;
}

export function NamedObjects({ of: { objects, total, table, title, filter } }: { readonly of: Named }) {
  const { place, href } = useNavigation();
  if (objects.length === 0) return null;
  const rest = total - objects.length;
  const all = href(goTo({ ...place, ns: '' }, { kind: 'list', table }, filter));
  return (
    <ul className={classes['objects']}>
      {objects.map((ref) => <li key={`${ref.namespace}/${ref.name}`}><ObjectLink target={ref} /></li>)}
      {rest > 0 ? <li><a href={all}>and {formatCount(rest)} more<span className="sr"> in the list of {title}</span></a></li> : null}
    </ul>
  );
}
