// The one list page: every kind the server describes is shown by it.
import { type CSSProperties, useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Row, TableInfo } from '../../../api/types';
import { type OpenObject, openObject } from '../../../lib/place';
import { serverFilter } from '../../../lib/searchTerms';
import { density } from '../../../lib/store';
import { absentHint, absentTable, guidanceFor } from '../../../lib/texts';
import type { ListSpec } from '../../../live/listStore';
import { useLiveList, useMeta } from '../../../live/hooks';
import { DataTable } from '../../../ui/DataTable/DataTable';
import type { Selection } from '../../../ui/DataTable/useGrid';
import { useNavigation } from '../../../ui/navigation';
import { Notice } from '../../../ui/Notice';
import { useShortcut } from '../../../ui/shortcuts';
import { Trust } from '../../../ui/Trust';
import { useCoarse, usePhone } from '../../../ui/useMedia';
import { GuidanceList } from './HomePage';
import classes from './ListPage.module.css';
import { ListState } from './ListState';
import { BulkBar, ListToolbar } from './ListToolbar';

function objectOf(info: TableInfo, { key }: Row): OpenObject {
  const slash = key.indexOf('/');
  return { table: info.id, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function ListPage({ table }: { readonly table: string }) {
  const meta = useMeta();
  const info = meta?.tables.find(({ id }) => id === table);
  if (meta === undefined || (!meta.ready && info === undefined)) return <div className={classes['bar']} aria-busy="true" />;
  if (info === undefined) {
    return (
      <div>
        <Notice title={absentTable(table)} icon="info">
          {absentHint}
        </Notice>
        <GuidanceList guidance={guidanceFor(table, meta.guidance)} />
      </div>
    );
  }
  return <List info={info} cluster={meta.cluster.name} namespaces={meta.namespaces} />;
}

function useRowHeight(phone: boolean): number {
  const chosen = useSyncExternalStore(density.subscribe, density.get);
  const coarse = useCoarse();
  if (phone) return 56;
  if (coarse) return 44;
  return chosen === 'comfortable' ? 36 : 28;
}

interface ListProps {
  readonly info: TableInfo;
  readonly cluster: string;
  readonly namespaces: readonly string[];
}

function List({ info, cluster, namespaces }: ListProps) {
  const { place, go, href } = useNavigation();
  const phone = usePhone();
  const rowHeight = useRowHeight(phone);
  const [selection, setSelection] = useState<Selection>({});
  const filterInput = useRef<HTMLInputElement>(null);
  const asked = info.columns.some(({ id, sortable }) => id === place.sort?.column && sortable) ? place.sort : undefined;
  const { column, descending } = asked ?? { column: info.sort, descending: info.descending };
  const sort = useMemo(() => ({ column, descending }), [column, descending]);
  const filter = serverFilter(place.q, place.ns, info.namespaced);
  const spec = useMemo((): ListSpec => ({ table: info.id, filter, sort: sort.column, descending: sort.descending }), [info.id, filter, sort]);
  const { store, list } = useLiveList(spec);

  const onFilter = useCallback(
    (q: string) => {
      go({ ...place, q }, 'replace');
    },
    [go, place],
  );
  const open = place.open?.table === info.id ? `${place.open.namespace}/${place.open.name}` : undefined;
  const show = (row: Row): void => {
    if (row.key === open) document.getElementById('object')?.focus();
    else go(openObject(place, objectOf(info, row), place.tab));
  };
  const follow = (row: Row): void => {
    if (place.open !== undefined && row.key !== open) go(openObject(place, objectOf(info, row), place.tab), 'replace');
  };
  const onSort = (id: string): void => {
    const first = info.columns.find((candidate) => candidate.id === id)?.type === 'time';
    go({ ...place, sort: { column: id, descending: sort.column === id ? !sort.descending : first } });
  };
  useShortcut({
    group: 'List',
    keys: ['/'],
    text: 'filter',
    run: () => {
      filterInput.current?.focus();
      filterInput.current?.select();
      return true;
    },
  });
  useShortcut({
    group: 'List',
    keys: ['Escape'],
    text: 'leave the filter; let go of the selection',
    always: true,
    run: () => {
      if (document.activeElement === filterInput.current && filterInput.current !== null) {
        filterInput.current.blur();
        return true;
      }
      if (place.open !== undefined || Object.keys(selection).length === 0 || document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null) return false;
      setSelection({});
      return true;
    },
  });

  const selected = Object.keys(selection);
  const content = list.phase === 'loading' || (list.phase === 'ready' && list.length > 0);
  return (
    <section className={classes['page']} aria-label={info.title} style={{ '--row': `${rowHeight}px` } as CSSProperties}>
      {selected.length > 0 ? (
        <BulkBar info={info} keys={selected} onClear={() => { setSelection({}); }} />
      ) : (
        <ListToolbar info={info} list={list} q={place.q} onFilter={onFilter} namespaces={namespaces} input={filterInput} onApply={store.apply} phone={phone} />
      )}
      {content ? (
        <DataTable info={info} store={store} list={list} sort={sort} filter={filter} onSort={onSort} selection={selection} onSelect={setSelection} openKey={open} onOpen={show} onFollow={follow} hrefOf={(row) => href(openObject(place, objectOf(info, row)))} rowHeight={rowHeight} phone={phone} />
      ) : null}
      <ListState info={info} list={list} q={place.q} ns={info.namespaced ? place.ns : ''} cluster={cluster} onRetry={store.retry} onClear={() => { onFilter(''); }} onAllNamespaces={() => { go({ ...place, ns: '' }); }} />
      {list.phase === 'ready' ? <Trust freshness={list.freshness} missing={list.missing} /> : null}
    </section>
  );
}
