// Ctrl-K: go to a page, a kind, a namespace or an object. The namespace switcher is the same with only namespaces.
import { Modal } from '@mantine/core';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Meta } from '../api/types';
import { formatCount } from '../lib/number';
import { StatusIcon } from '../status/Status';
import { useNavigation } from '../ui/navigation';
import { kindItems, namespaceItems, objectItems, type PaletteItem, rank } from './paletteItems';
import classes from './Palette.module.css';
import { useSearch } from './useSearch';

export type PaletteMode = 'all' | 'namespace';

interface PaletteProps {
  readonly mode: PaletteMode | undefined;
  readonly meta: Meta;
  readonly pages: readonly PaletteItem[];
  readonly onClose: () => void;
}

const groups = ['Objects', 'Pages', 'Kinds', 'Namespaces', 'Page settings'] as const;

export function Palette({ mode, meta, pages, onClose }: PaletteProps) {
  return (
    <Modal opened={mode !== undefined} onClose={onClose} withCloseButton={false} transitionProps={{ duration: 0 }} size={640} padding={0} yOffset="12vh" attributes={{ content: { 'aria-label': mode === 'namespace' ? 'Choose a namespace' : 'Go to' } }}>
      {mode === undefined ? null : <PaletteBody mode={mode} meta={meta} pages={pages} onClose={onClose} />}
    </Modal>
  );
}

function useItems(mode: PaletteMode, meta: Meta, pages: readonly PaletteItem[], query: string) {
  const { place } = useNavigation();
  const search = useSearch(mode === 'all' ? query : '');
  const fixed = useMemo(() => {
    const namespaces = namespaceItems(meta, place);
    return mode === 'namespace' ? { namespaces } : { pages, kinds: kindItems(meta, place), namespaces };
  }, [mode, meta, place, pages]);
  const result = search.phase === 'found' ? search.result : search.phase === 'asking' ? search.last : undefined;
  const asked = query.trim() !== '';
  const items = [
    ...(mode === 'all' && asked ? objectItems(result, meta) : []),
    ...rank(fixed.pages ?? [], query, 12),
    ...rank(fixed.kinds ?? [], query, asked ? 8 : 60),
    ...(mode === 'namespace' || asked ? rank(fixed.namespaces, query, mode === 'namespace' ? 500 : 5) : []),
  ];
  return { search, items: groups.flatMap((group) => items.filter((item) => item.group === group)), result };
}

/** `secret:shop/db` asks for what names that very object. */
function nothingFound(query: string): string {
  const [, kind, name] = /^(secret|configmap):(\S+)$/i.exec(query) ?? [];
  if (kind === undefined || name === undefined) return `Nothing says “${query}” among what you may see.`;
  return `Nothing that you may see uses a ${kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap'} ${name}.`;
}

function PaletteBody({ mode, meta, pages, onClose }: PaletteProps & { readonly mode: PaletteMode }) {
  const { go } = useNavigation();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const { search, items, result } = useItems(mode, meta, pages, query);
  const at = Math.min(chosen, Math.max(0, items.length - 1));
  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const choose = (item: PaletteItem | undefined): void => {
    if (item === undefined) return;
    onClose();
    if (item.place !== undefined) go(item.place);
    item.run?.();
  };
  // Enter pressed before the answer is there waits for it: what stands there answers other words.
  const entered = useRef(false);
  const waits = search.phase === 'asking' && chosen === 0 && (items[at]?.group ?? 'Objects') === 'Objects';
  useEffect(() => {
    if (!entered.current || waits) return;
    entered.current = false;
    choose(items[at]);
  });
  const keys = (event: KeyboardEvent): void => {
    const by: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = by[event.key] ?? (event.ctrlKey && event.key === 'n' ? 1 : event.ctrlKey && event.key === 'p' ? -1 : 0);
    entered.current = event.key === 'Enter' && waits;
    if (event.key === 'Enter' && !waits) choose(items[at]);
    else if (step !== 0) setChosen(Math.max(0, Math.min(items.length - 1, at + step)));
    else return;
    event.preventDefault();
  };
  const said =
    search.phase === 'failed'
      ? `Objects could not be searched: ${search.problem.text}.`
      : items.length > 0
        ? result !== undefined && result.total > result.hits.length
          ? `${formatCount(result.total)} objects match; the best ${formatCount(result.hits.length)} are shown.`
          : ''
        : search.phase === 'asking'
          ? 'Searching…'
          : nothingFound(query.trim());
  return (
    <div className={classes['palette']}>
      <input
        className={classes['input']}
        data-autofocus
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={keys}
        placeholder={mode === 'namespace' ? 'Namespace…' : 'Go to a page, kind or object: name, image, revision, path, URL, secret:NAME…'}
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-label={mode === 'namespace' ? 'Namespace' : 'Go to'}
        {...(items.length > 0 ? { 'aria-activedescendant': `${id}-${at}` } : {})}
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
      />
      <div ref={list} id={id} role="listbox" aria-label="Places" className={classes['list']} tabIndex={-1}>
        {items.map((item, index) => (
          <div key={item.id} role="presentation">
            {items[index - 1]?.group === item.group ? null : <div className={classes['group']} role="presentation">{item.group}</div>}
            <div id={`${id}-${index}`} data-at={index} data-group={item.group} role="option" aria-selected={index === at} className={classes['item']} onPointerMove={() => { setChosen(index); }} onClick={() => { choose(item); }}>
              {item.status === undefined ? null : <StatusIcon status={item.status} label />}
              <span className={classes['title']}>{item.title}</span>
              <span className={classes['detail']}>{item.detail}</span>
            </div>
          </div>
        ))}
      </div>
      <p className={classes['said']} role="status">{said}</p>
    </div>
  );
}
