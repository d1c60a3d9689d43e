// How many of each kind, by state. Every number leads to its list.
import type { Count, Uncounted } from '../../api/types';
import { formatCount, unknown as unknownMark } from '../../lib/number';
import { goTo } from '../../lib/place';
import { byRank, isBroken } from '../../status/status';
import { StatusIcon } from '../../status/Status';
import { useNavigation } from '../navigation';
import classes from './Summary.module.css';

const wordsUpTo = 4; // columns fit beside what moved; with more, the icon alone heads the column and the word is in its tip

interface CountsTableProps {
  readonly counts: readonly Count[];
  readonly total: number;
  /** Kinds of whose number nothing is known, which is not none. */
  readonly unknown?: readonly Uncounted[];
}

const whyUnknown: Readonly<Record<string, string>> = { forbidden: 'may not be listed', syncing: 'being read' };

export function CountsTable({ counts, total, unknown = [] }: CountsTableProps) {
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
      {counts.length + unknown.length === 0 ? <p className={classes['none']}>Nothing is counted here.</p> : null}
      {counts.length + unknown.length === 0 ? null : (
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
            {unknown.map(({ table, title, state }) => (
              <tr key={table}>
                <th scope="row">
                  <a href={listOf(table)}>{title}</a>
                </th>
                <td colSpan={present.length + 1} data-unknown>
                  {unknownMark} <span className={classes['zero']}>{whyUnknown[state] ?? 'not read'}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
