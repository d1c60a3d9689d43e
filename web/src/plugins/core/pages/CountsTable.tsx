// How many of each kind, by state. Every number leads to its list.
import type { Count } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { goTo } from '../../../lib/place';
import { byRank, isBroken } from '../../../status/status';
import { StatusIcon } from '../../../status/Status';
import { useNavigation } from '../../../ui/navigation';
import classes from './HomePage.module.css';

const wordsUpTo = 4; // columns fit beside what moved; with more, the icon alone heads the column and the word is in its tip

export function CountsTable({ counts, total }: { readonly counts: readonly Count[]; readonly total: number }) {
  const { place, href } = useNavigation();
  const present = byRank.filter((status) => counts.some(({ byStatus }) => (byStatus[status] ?? 0) > 0));
  const words = present.length <= wordsUpTo;
  const listOf = (table: string, q = ''): string => href(goTo(place, { kind: 'list', table }, q));
  return (
    <section aria-label="Counts" className={classes['counts']}>
      <header className={classes['head']}>
        <h2>Counts</h2>
        <span className={classes['sum']}>{formatCount(total)} objects</span>
      </header>
      {counts.length === 0 ? <p className={classes['none']}>Nothing is counted here.</p> : null}
      {counts.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">All</th>
              {present.map((status) => (
                <th key={status} scope="col" data-tip={status}>
                  <span className={classes['countHead']}>
                    <StatusIcon status={status} />
                    <span className={words ? undefined : 'sr'}>{status}</span>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counts.map(({ table, title, total: all, byStatus }) => (
              <tr key={table}>
                <th scope="row">
                  <a href={listOf(table)}>{title}</a>
                </th>
                <td>{formatCount(all)}</td>
                {present.map((status) => {
                  const number = byStatus[status] ?? 0;
                  return (
                    <td key={status} data-broken={isBroken(status)}>
                      {number === 0 ? <span className={classes['zero']}>·<span className="sr">0</span></span> : <a href={listOf(table, `status:${status.toLowerCase()}`)}>{formatCount(number)}</a>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
