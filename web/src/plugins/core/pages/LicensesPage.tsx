// The notices of third parties, as the server keeps them.
import { useEffect, useState } from 'react';
import type { Problem } from '../../../api/types';
import { failed } from '../../../lib/texts';
import { useLive } from '../../../live/hooks';
import controls from '../../../ui/controls.module.css';
import { Notice } from '../../../ui/Notice';
import classes from './PlainPage.module.css';

function useNotices(turn: number): { readonly text: string | undefined; readonly problem: Problem | undefined } {
  const { api } = useLive();
  const [state, setState] = useState<{ readonly text: string | undefined; readonly problem: Problem | undefined }>({ text: undefined, problem: undefined });
  useEffect(() => {
    const control = new AbortController();
    void api.text('api/licenses', control.signal).then((answer) => {
      if (control.signal.aborted) return;
      setState(answer.ok ? { text: answer.value, problem: undefined } : { text: undefined, problem: answer.error });
    });
    return () => {
      control.abort();
    };
  }, [api, turn]);
  return state;
}

export function LicensesPage() {
  const [turn, setTurn] = useState(0);
  const { text, problem } = useNotices(turn);
  return (
    <div className={classes['page']}>
      <h1>Licences</h1>
      <p>Masthead is free software under the Apache License 2.0. It contains the work of others, under these terms:</p>
      {problem === undefined ? null : (
        <Notice tone="bad" icon="warning" title={failed('the notices', problem)} actions={<button type="button" className={controls['button']} onClick={() => { setTurn(turn + 1); }}>Retry</button>} />
      )}
      {text === undefined ? (problem === undefined ? <p className="dim" role="status">Reading…</p> : null) : <pre className={classes['text']} role="region" aria-label="Notices" tabIndex={0}>{text}</pre>}
    </div>
  );
}
