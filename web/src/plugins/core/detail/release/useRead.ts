// One answer that is read when somebody looks, and again when he asks: never by itself.
import { useEffect, useState } from 'react';
import type { Problem } from '../../../../api/types';
import { useLive } from '../../../../live/hooks';

export interface Read<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  readonly reading: boolean;
  readonly again: () => void;
}

type Query = Readonly<Record<string, string | undefined>>;

export function useRead<T>(path: string, check: (body: unknown) => body is T, query: Query): Read<T> {
  const { api } = useLive();
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ readonly key: string; readonly value?: T; readonly problem?: Problem }>({ key: '' });
  const key = JSON.stringify([path, query, turn]);
  useEffect(() => {
    const control = new AbortController();
    void api.get(path, check, { query, signal: control.signal }).then((answer) => {
      if (control.signal.aborted) return;
      setState(answer.ok ? { key, value: answer.value } : { key, problem: answer.error });
    });
    return () => {
      control.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key is made of path and query
  }, [api, key, check]);
  const reading = state.key !== key;
  return {
    value: state.value,
    problem: reading ? undefined : state.problem,
    reading,
    again: () => {
      setTurn(turn + 1);
    },
  };
}
