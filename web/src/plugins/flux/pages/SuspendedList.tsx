// What stands still on purpose: by whose will, why, since when, and whether its end is over.
import { memo } from 'react';
import type { Count, Suspended } from '../../../api/types';
import { sameJson } from '../../../lib/equal';
import { refKey } from '../../../lib/name';
import { formatCount } from '../../../lib/number';
import { goTo } from '../../../lib/place';
import { badges } from '../../../status/status';
import { StatusIcon } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { useNavigation } from '../../../ui/navigation';
import { ObjectLink } from '../../../ui/ObjectLink';
import summary from '../../../ui/summary/Summary.module.css';
import { Time } from '../../../ui/Time';
import classes from './DashboardPage.module.css';

function End({ suspended: { until, overdue } }: { readonly suspended: Suspended }) {
  if (until === undefined) return <span className="dim">no end</span>;
  return overdue === true ? (
    <span className={classes['overdue']}>
      overdue, its end was <Time at={until} as="clock" />
    </span>
  ) : (
    <span>
      until <Time at={until} as="clock" />
    </span>
  );
}

const Row = memo(function Row({ suspended }: { readonly suspended: Suspended }) {
  const { ref, status, by, reason } = suspended;
  return (
    <li className={classes['suspended']}>
      <span className={classes['name']} data-stop>
        <StatusIcon status="Suspended" label />
        <span className="dim">{ref.kind}</span> <ObjectLink target={ref} />
        {status.badges?.includes('failed') === true ? <span className={controls['badge']} data-tip={badges.failed}>failed</span> : null}
      </span>
      <span className={classes['why']} data-tip-cut={reason}>
        {by === undefined ? <span className="dim">not said by whom</span> : <>by {by}</>}
        {reason === undefined ? null : <>: {reason}</>}
      </span>
      <span className={classes['end']}><End suspended={suspended} /></span>
      <span className={classes['since']}>
        <Time at={status.since} exact={status.sinceExact ?? true} as="age" />
      </span>
    </li>
  );
}, sameJson);

/** Where those stand that are not shown here: the lists, as they are counted. */
function Rest({ rest, counts }: { readonly rest: number; readonly counts: readonly Count[] }) {
  const { place, href } = useNavigation();
  const lists = counts.flatMap(({ table, title, byStatus: { Suspended: number = 0 } }) => (number === 0 ? [] : [{ table, title, number }]));
  return (
    <p className={summary['none']}>
      and {formatCount(rest)} more. All of them:{' '}
      {lists.map(({ table, title, number }, index) => (
        <span key={table}>
          {index === 0 ? '' : ', '}
          <a href={href(goTo(place, { kind: 'list', table }, 'status:suspended'))}>{title} {formatCount(number)}</a>
        </span>
      ))}
    </p>
  );
}

interface SuspendedListProps {
  readonly suspended: readonly Suspended[];
  readonly total: number;
  readonly counts: readonly Count[];
}

export function SuspendedList({ suspended, total, counts }: SuspendedListProps) {
  if (total === 0) return null;
  const rest = total - suspended.length;
  const overdue = suspended.filter((one) => one.overdue === true).length;
  return (
    <section aria-label="Suspended" className={classes['section']}>
      <header className={summary['head']}>
        <h2>Suspended</h2>
        <span className={summary['sum']}>{formatCount(total)}{overdue === 0 ? '' : `, ${formatCount(overdue)} overdue`}</span>
      </header>
      <ul>
        {suspended.map((one) => <Row key={refKey(one.ref)} suspended={one} />)}
      </ul>
      {rest > 0 ? <Rest rest={rest} counts={counts} /> : null}
    </section>
  );
}
