import { useCallback, useEffect, useState } from 'react';
import { isYamlText } from '../../../api/checks';
import type { Problem, YamlText } from '../../../api/types';
import { clock } from '../../../lib/clock';
import { useLive } from '../../../live/hooks';

export interface YamlState {
  readonly answer: { readonly text: YamlText; readonly at: number; readonly answers: number; readonly full: boolean } | undefined;
  readonly problem: Problem | undefined;
  readonly reading: boolean;
}

interface Which {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
  readonly answers: number;
}

/** Reads the object's YAML at first and when asked to; never under the reader's eyes by itself. */
export function useYaml({ table, namespace, name, answers }: Which, full: boolean): YamlState & { readonly again: () => void } {
  const { api } = useLive();
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<YamlState>({ answer: undefined, problem: undefined, reading: true });
  const read = useCallback(
    async (signal: AbortSignal, at: number) => {
      setState((before) => ({ ...before, reading: true }));
      const query = { table, namespace: namespace === '' ? undefined : namespace, name, managedFields: full ? 'full' : 'folded' };
      const answer = await api.get('api/yaml', isYamlText, { query, signal });
      if (signal.aborted) return;
      setState((before) =>
        answer.ok
          ? { answer: { text: answer.value, at: clock.now(), answers: at, full }, problem: undefined, reading: false }
          : { ...before, problem: answer.error, reading: false },
      );
    },
    [api, table, namespace, name, full],
  );
  useEffect(() => {
    const control = new AbortController();
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the answer of a request, not derived state
    void read(control.signal, answers);
    return () => {
      control.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a newer answer is offered, not read by itself
  }, [read, turn]);
  return {
    ...state,
    again: () => {
      setTurn(turn + 1);
    },
  };
}
