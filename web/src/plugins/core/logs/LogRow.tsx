// One line of a log. What the container wrote is text, never markup; its colours are few and its level is modest.
import { memo, type ReactNode } from 'react';
import { pieces } from '../../../lib/ansi';
import { logLevel } from '../../../lib/logLevel';
import { formatCount } from '../../../lib/number';
import type { LogEntry } from '../../../live/logBuffer';
import { logTime } from './logTime';
import classes from './Logs.module.css';

interface LogRowProps {
  readonly entry: LogEntry;
  readonly search: string;
  readonly current: boolean;
  readonly times: boolean;
  readonly sources: boolean;
  readonly controller: boolean;
}

export function highlighted(text: string, search: string): ReactNode {
  if (search === '') return text;
  const parts: ReactNode[] = [];
  const low = text.toLowerCase();
  const wanted = search.toLowerCase();
  let at = 0;
  // Lower case may be longer than what it is made of: then nothing is marked rather than something else.
  for (let found = low.length === text.length ? low.indexOf(wanted) : -1; found >= 0; found = low.indexOf(wanted, at)) {
    parts.push(text.slice(at, found), <mark key={found}>{text.slice(found, found + wanted.length)}</mark>);
    at = found + wanted.length;
  }
  parts.push(text.slice(at));
  return parts;
}

function hueOf(source: string): number {
  let sum = 0;
  for (let index = 0; index < source.length; index += 1) sum = (sum * 31 + source.charCodeAt(index)) % 997;
  return sum % 5;
}

const sourceWidth = 26;

/** The end of a pod's name tells it from the others. */
const endOf = (source: string): string => (source.length > sourceWidth ? `…${source.slice(1 - sourceWidth)}` : source);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));

function fieldsOf(plain: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(plain);
    return typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)) : undefined;
  } catch {
    return undefined;
  }
}

/** What a controller of Flux says: its level, message, error and revision; the line itself on demand. */
function ControllerText({ entry, search }: Pick<LogRowProps, 'entry' | 'search'>) {
  const fields = fieldsOf(entry.plain);
  if (fields === undefined) return <span className={classes['text']}>{highlighted(entry.plain, search)}</span>;
  const revision = textOf(fields.get('revision'));
  const error = textOf(fields.get('error'));
  return (
    <details className={classes['said']}>
      <summary>
        <span className={classes['level']}>{textOf(fields.get('level'))}</span> {highlighted(textOf(fields.get('msg')), search)}
        {revision === '' ? null : <span className={classes['revision']}> {revision}</span>}
        {error === '' ? null : <span className={classes['error']}>{highlighted(error, search)}</span>}
      </summary>
      <code>{entry.plain}</code>
    </details>
  );
}

export const LogRow = memo(function LogRow({ entry, search, current, times, sources, controller }: LogRowProps) {
  const { time, source, plain, text, leftOut, marker } = entry;
  const stamp = times ? <time className={classes['time']} dateTime={time} title={time}>{logTime(time)}</time> : null;
  const from = sources ? <span className={classes['source']} data-hue={hueOf(source)} title={source}>{endOf(source)}</span> : null;
  if (marker) return <div className={classes['line']} data-marker="true">{stamp}{from}<span className={classes['text']}>{text}</span></div>;
  return (
    <div className={classes['line']} data-level={logLevel(plain)} data-current={current || undefined}>
      {stamp}
      {from}
      {controller ? (
        <ControllerText entry={entry} search={search} />
      ) : (
        <span className={classes['text']}>
          {plain === text ? highlighted(plain, search) : pieces(text).map((piece, index) => (
            <span key={index} data-ink={piece.ink === 'plain' ? undefined : piece.ink} data-bold={piece.bold || undefined}>{highlighted(piece.text, search)}</span>
          ))}
          {leftOut > 0 ? <span className={classes['more']}> … {formatCount(leftOut)} bytes more, in the whole log</span> : null}
        </span>
      )}
    </div>
  );
});
