// The menu as the server describes it, with what Home counts beside each kind.
import { Fragment, useContext, useMemo } from 'react';
import type { Meta } from '../api/types';
import { wordsOf } from '../lib/name';
import { formatCount } from '../lib/number';
import { goTo } from '../lib/place';
import { useLiveHome } from '../live/hooks';
import { StatusIcon } from '../status/Status';
import { useNavigation } from '../ui/navigation';
import classes from './Nav.module.css';
import { type PageDef, PagesContext } from './host';

interface NavProps {
  readonly meta: Meta | undefined;
}

function PageLink({ page: { path, title } }: { readonly page: PageDef }) {
  const { place, href } = useNavigation();
  return (
    <a className={classes['item']} href={href(goTo(place, { kind: 'plain', path }))} aria-current={place.page.kind === 'plain' && place.page.path === path ? 'page' : undefined}>
      <span className={classes['title']}>{title}</span>
    </a>
  );
}

interface Tally {
  readonly total: number;
  readonly broken: number;
}

/** What is counted for each table: all, and what has failed itself. What waits on it is not counted as failed. */
function useTallies(ns: string): ReadonlyMap<string, Tally> {
  const { value } = useLiveHome(ns).snapshot;
  return useMemo(() => {
    const counts = value?.counts ?? [];
    return new Map(counts.map(({ table, total, byStatus }) => [table, { total, broken: (byStatus['Failed'] ?? 0) + (byStatus['Stalled'] ?? 0) }]));
  }, [value]);
}

/** A kind's name may go on in a second line, between its words. */
function Words({ text }: { readonly text: string }) {
  return wordsOf(text).map((word, index) => (
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {word}
    </Fragment>
  ));
}

export function Sections({ meta }: { readonly meta: Meta }) {
  const { place, href } = useNavigation();
  const tallies = useTallies(place.ns);
  const pages = useContext(PagesContext);
  const tables = new Map(meta.tables.map((table) => [table.id, table]));
  const current = place.page.kind === 'list' ? place.page.table : undefined;
  return meta.sections.map((section) => (
    <div key={section.id} role="group" className={classes['section']} aria-label={section.title}>
      <p className={classes['heading']} aria-hidden="true">{section.title}</p>
      {pages.filter(({ menu }) => typeof menu === 'object' && menu.section === section.id).map((page) => <PageLink key={page.path} page={page} />)}
      {section.tables.map((id) => {
        const table = tables.get(id);
        if (table === undefined) return null;
        const tally = tallies.get(id);
        return (
          <a key={id} className={classes['item']} href={href(goTo(place, { kind: 'list', table: id }))} aria-current={id === current ? 'page' : undefined}>
            <span className={classes['title']}><Words text={table.title} /></span>
            {tally === undefined ? null : (
              <span className={classes['count']}>
                {tally.broken > 0 ? (
                  <span className={classes['broken']}>
                    <StatusIcon status="Failed" label />
                    {formatCount(tally.broken)}
                  </span>
                ) : null}
                {formatCount(tally.total)}
              </span>
            )}
          </a>
        );
      })}
    </div>
  ));
}

export function Nav({ meta }: NavProps) {
  const pages = useContext(PagesContext);
  const link = (page: PageDef) => <PageLink key={page.path} page={page} />;
  return (
    <nav className={classes['nav']} aria-label="Pages">
      <div className={classes['scroll']}>
        {pages.filter(({ menu }) => menu === 'head').map(link)}
        {meta?.ready !== true ? <Waiting /> : <Sections meta={meta} />}
      </div>
      <div className={classes['foot']}>
        {pages.filter(({ menu }) => menu === 'foot').map(link)}
        {meta === undefined ? null : <span className={classes['version']}>Masthead {meta.version}{meta.readOnly ? ' · read-only' : ''}</span>}
      </div>
    </nav>
  );
}

function Waiting() {
  return (
    <div className={classes['waiting']} aria-label="The cluster’s kinds are being read" role="status">
      {[70, 55, 80, 60, 75, 50].map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
