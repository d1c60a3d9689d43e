import { useEffect, useState } from 'react';
import { isSearchResult } from '../api/checks';
import type { Problem, SearchResult } from '../api/types';
import { useLive } from '../live/hooks';

export type Search =
  | { readonly phase: 'idle' }
  | { readonly phase: 'asking'; readonly last: SearchResult | undefined }
  | { readonly phase: 'found'; readonly result: SearchResult }
  | { readonly phase: 'failed'; readonly problem: Problem };

const typingMs = 120;

/** Asks the server while the person types; an answer to an earlier question is thrown away. */
export function useSearch(query: string): Search {
  const { api } = useLive();
  const q = query.trim().slice(0, 200);
  const [search, setSearch] = useState<{ readonly q: string; readonly state: Search }>({ q: '', state: { phase: 'idle' } });
  useEffect(() => {
    if (q === '') return undefined;
    const control = new AbortController();
    const timer = setTimeout(() => {
      void api.get('api/search', isSearchResult, { query: { q }, signal: control.signal }).then((answer) => {
        if (control.signal.aborted) return;
        setSearch({ q, state: answer.ok ? { phase: 'found', result: answer.value } : { phase: 'failed', problem: answer.error } });
      });
    }, typingMs);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [api, q]);
  if (q === '') return { phase: 'idle' };
  if (search.q === q) return search.state;
  return { phase: 'asking', last: search.state.phase === 'found' ? search.state.result : undefined };
}
