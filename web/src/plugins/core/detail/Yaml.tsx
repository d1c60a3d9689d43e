// The object as YAML, managedFields folded into a summary by the server unless asked for.
import { useState } from 'react';
import { failed } from '../../../lib/texts';
import controls from '../../../ui/controls.module.css';
import { CopyButton } from '../../../ui/CopyButton';
import { Notice } from '../../../ui/Notice';
import { Time } from '../../../ui/Time';
import { Code } from './Code';
import { useYaml } from './useYaml';
import classes from './Yaml.module.css';

interface YamlProps {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
  readonly answers: number;
}

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
