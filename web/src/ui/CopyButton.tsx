import { useState } from 'react';
import { Icon } from './icons';
import classes from './controls.module.css';

/** Copies; says so; and where the browser refuses, says that. */
export function CopyButton({ text, label, withWord = false }: { readonly text: string; readonly label: string; readonly withWord?: boolean }) {
  const [outcome, setOutcome] = useState<'' | 'copied' | 'refused'>('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
    setTimeout(() => {
      setOutcome('');
    }, 1500);
  };
  const said = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'The browser refused to copy' : label;
  return (
    <button
      type="button"
      className={withWord ? classes['button'] : classes['icon']}
      aria-label={said}
      data-tip={withWord ? undefined : said}
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
    >
      <Icon name={outcome === 'copied' ? 'check' : 'copy'} size={14} />
      {withWord ? <span>{said}</span> : null}
    </button>
  );
}
