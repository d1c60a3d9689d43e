// The list's one row of controls, and the bar that takes its place while rows are selected.
import { Menu } from '@mantine/core';
import { type RefObject, useSyncExternalStore } from 'react';
import type { TableInfo } from '../../../api/types';
import { plural } from '../../../lib/number';
import { density, tablePrefs } from '../../../lib/store';
import { countOf, heldChip } from '../../../lib/texts';
import { isHeld } from '../../../live/hold';
import type { ListSnapshot } from '../../../live/listStore';
import { byRank } from '../../../status/status';
import controls from '../../../ui/controls.module.css';
import { CopyButton } from '../../../ui/CopyButton';
import { gridColumns, visibility, withVisibility } from '../../../ui/DataTable/columns';
import { FilterBox } from '../../../ui/FilterBox';
import { Icon } from '../../../ui/icons';
import { BulkActions } from '../actions/BulkActions';
import classes from './ListPage.module.css';

const statusWords = byRank.map((status) => status.toLowerCase());

function ColumnsMenu({ info }: { readonly info: TableInfo }) {
  const stored = tablePrefs(info.id);
  const prefs = useSyncExternalStore(stored.subscribe, stored.get);
  const shown = visibility(info, prefs);
  const columns = gridColumns(info).filter(({ canHide }) => canHide);
  if (columns.length === 0) return null;
  return (
    <Menu position="bottom-end" width={260} closeOnItemClick={false}>
      <Menu.Target>
        <button type="button" className={controls['icon']} aria-label="Columns" data-tip="Columns">
          <Icon name="columns" />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
        <Menu.Label>Columns</Menu.Label>
        {columns.map(({ id, title }) => (
          <Menu.CheckboxItem key={id} checked={shown[id] === true} onChange={(on) => { stored.set(withVisibility(info, prefs, { ...shown, [id]: on })); }}>
            {title}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => { stored.set({ hidden: [], shown: [], widths: {} }); }}>As the server suggests</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function DensityButton() {
  const chosen = useSyncExternalStore(density.subscribe, density.get);
  const next = chosen === 'dense' ? 'comfortable' : 'dense';
  return (
    <button type="button" className={controls['icon']} aria-label="Roomier rows" aria-pressed={chosen === 'comfortable'} data-tip="Roomier rows" onClick={() => { density.set(next); }}>
      <Icon name="rows" />
    </button>
  );
}

interface ToolbarProps {
  readonly info: TableInfo;
  readonly list: ListSnapshot;
  readonly q: string;
  readonly onFilter: (q: string) => void;
  readonly namespaces: readonly string[];
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onApply: () => void;
  readonly phone: boolean;
}

export function ListToolbar({ info, list, q, onFilter, namespaces, input, onApply, phone }: ToolbarProps) {
  const waiting = isHeld(list.held) ? heldChip(list.held) : '';
  return (
    <div className={classes['bar']}>
      <h1 className={classes['title']}>{info.title}</h1>
      <span className={classes['count']} role="status">{countOf(list.total, list.unfiltered)}</span>
      <FilterBox value={q} onChange={onFilter} values={{ ns: namespaces, status: statusWords }} input={input} label={`Filter ${info.title}`} />
      <span className={classes['space']} />
      <span role="status" className={classes['held']}>
        {waiting === '' ? null : (
          <button type="button" className={classes['chip']} onClick={onApply}>
            {waiting} — <strong>Apply</strong> {phone ? null : <kbd className={controls['kbd']}>r</kbd>}
          </button>
        )}
      </span>
      {phone ? null : (
        <>
          <ColumnsMenu info={info} />
          <DensityButton />
        </>
      )}
    </div>
  );
}

export function BulkBar({ info, keys, onClear }: { readonly info: TableInfo; readonly keys: readonly string[]; readonly onClear: () => void }) {
  const names = keys.map((key) => (key.startsWith('/') ? key.slice(1) : key)).join('\n');
  return (
    <div className={classes['bar']} data-bulk="true">
      <strong role="status">{plural(keys.length, 'object')} selected</strong>
      <CopyButton withWord label="Copy names" text={names} />
      <BulkActions info={info} keys={keys} />
      <span className={classes['space']} />
      <button type="button" className={controls['plain']} onClick={onClear}>
        Clear <kbd className={controls['kbd']}>Esc</kbd>
      </button>
    </div>
  );
}
