// Starts operations; what became of them is read from the live socket.
import { useState } from 'react';
import { isStarted } from '../../../api/checks';
import type { OperationRequest, Problem, Started } from '../../../api/types';
import { useLive } from '../../../live/hooks';

export function useStart() {
  const { api } = useLive();
  const [busy, setBusy] = useState(false);
  const start = async (request: OperationRequest): Promise<{ readonly started?: Started['results']; readonly problem?: Problem }> => {
    setBusy(true);
    const answer = await api.post('api/operations', request, isStarted);
    setBusy(false);
    return answer.ok ? { started: answer.value.results } : { problem: answer.error };
  };
  return { busy, start };
}

const isAnything = (body: unknown): body is object => typeof body === 'object' && body !== null;

export function useGiveUp(): (id: number) => void {
  const { api } = useLive();
  return (id) => {
    void api.post('api/operations/give-up', { id }, isAnything);
  };
}
