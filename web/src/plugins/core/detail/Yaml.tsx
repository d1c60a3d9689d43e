// The object as YAML, managedFields folded into a summary by the server unless asked for.
import { memo, useMemo, useState } from 'react';
import { failed } from '../../../lib/texts';
import { yamlTokens } from '../../../lib/yamlTokens';
import controls from '../../../ui/controls.module.css';
import { CopyButton } from '../../../ui/CopyButton';
import { Notice } from '../../../ui/Notice';
import { Time } from '../../../ui/Time';
import { useYaml } from './useYaml';
import classes from './Yaml.module.css';

interface YamlProps {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
  readonly answers: number;
}

const chunk = 200;
const coloured = 20_000; // lines; beyond that plain text, so that a 3 MiB object opens at once

/** Chunks outside the view are in the document, so that the browser finds text in them, but are not laid out. */
const Code = memo(function Code({ text }: { readonly text: string }) {
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n'), [text]);
  const chunks = Array.from({ length: Math.ceil(lines.length / chunk) }, (_, index) => lines.slice(index * chunk, (index + 1) * chunk));
  return (
    <div className={classes['code']} role="region" aria-label="YAML" tabIndex={0} style={{ counterReset: 'line' }}>
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

export function Yaml({ table, namespace, name, answers }: YamlProps) {
  const [full, setFull] = useState(false);
  const { answer, problem, reading, again } = useYaml({ table, namespace, name, answers }, full);
  const newer = answer !== undefined && answers !== answer.answers;
  return (
    <div className={classes['yaml']}>
      <div className={classes['bar']}>
        {answer === undefined ? null : (
          <span className={classes['meta']}>
            {answer.text.live ? 'Read' : 'From the last known state, read'} <Time at={answer.at} as="clock" /> · resourceVersion <span className="mono">{answer.text.resourceVersion}</span>
          </span>
        )}
        {newer ? (
          <button type="button" className={controls['plain']} onClick={again}>Changed: read again</button>
        ) : null}
        <span className={classes['space']} />
        <label className={classes['toggle']}>
          <input type="checkbox" checked={full} onChange={(event) => { setFull(event.target.checked); }} />
          managedFields
        </label>
        {answer === undefined ? null : <CopyButton withWord label="Copy" text={answer.text.yaml} />}
      </div>
      {problem === undefined ? null : (
        <Notice tone="bad" icon="warning" title={failed('the YAML', problem)} actions={<button type="button" className={controls['button']} onClick={again}>Retry</button>}>
          {problem.hint}
        </Notice>
      )}
      {answer === undefined ? (reading ? <p className={classes['meta']} role="status">Reading…</p> : null) : <Code text={answer.text.yaml} />}
    </div>
  );
}
