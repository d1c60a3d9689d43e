import { useEffect } from 'react';
import type { Meta } from '../api/types';
import { displayName } from '../lib/name';
import type { Place } from '../lib/place';
import type { Registry } from './host';

/** The tab says what it shows, the most particular first. */
export function useTitle(registry: Registry, meta: Meta | undefined, place: Place): void {
  const { page, open } = place;
  const of =
    open !== undefined
      ? displayName(open.namespace, open.name)
      : page.kind === 'list'
        ? (meta?.tables.find(({ id }) => id === page.table)?.title ?? page.table)
        : (registry.pages.find(({ path }) => path === page.path)?.title ?? '');
  const title = [of, meta?.cluster.name, 'Masthead'].filter((part) => part !== undefined && part !== '').join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
