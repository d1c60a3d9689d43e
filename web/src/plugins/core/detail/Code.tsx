// A text with line numbers, coloured as YAML.
import { memo, useMemo } from 'react';
import { yamlTokens } from '../../../lib/yamlTokens';
import classes from './Yaml.module.css';

const chunk = 200;
const coloured = 20_000; // lines; beyond that plain text, so that a 3 MiB object opens at once

/** Chunks outside the view are in the document, so that the browser finds text in them, but are not laid out. */
export const Code = memo(function Code({ text, label = 'YAML' }: { readonly text: string; readonly label?: string }) {
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n'), [text]);
  const chunks = Array.from({ length: Math.ceil(lines.length / chunk) }, (_, index) => lines.slice(index * chunk, (index + 1) * chunk));
  return (
    <div className={classes['code']} role="region" aria-label={label} tabIndex={0} style={{ counterReset: 'line' }}>
      {chunks.map((part, index) => (
        <pre key={index} className={classes['chunk']} style={{ counterSet: `line ${index * chunk}`, containIntrinsicHeight: `${part.length * 20}px` }}>
          {part.map((line, at) => (
            <span key={at} className={classes['line']}>
              {lines.length > coloured ? line : yamlTokens(line).map(({ kind, text: token }, place) => (kind === 'plain' ? token : <span key={place} className={classes[kind]}>{token}</span>))}
              {'\n'}
            </span>
          ))}
        </pre>
      ))}
    </div>
  );
});
