// What is shown as a file, made here; or a whole log, streamed by the server from the cluster.
import { Modal } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '../../../lib/number';
import { useLive } from '../../../live/hooks';
import type { LogSource } from '../../../api/types';
import { sourceName, type LogEntry } from '../../../live/logBuffer';
import controls from '../../../ui/controls.module.css';
import { EscapeCloses } from '../../../ui/EscapeCloses';
import classes from './Logs.module.css';

interface LogDownloadProps {
  readonly name: string;
  readonly entries: () => readonly LogEntry[];
  readonly count: number;
  readonly sources: readonly LogSource[];
  readonly previous: boolean;
}

function save(name: string, entries: readonly LogEntry[], withSources: boolean): void {
  const lines = entries.map(({ time, source, plain, marker }) => `${time} ${withSources ? `${source} ` : ''}${marker ? `--- ${plain}` : plain}\n`);
  const url = URL.createObjectURL(new Blob(lines, { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.log`;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}

export function LogDownload({ name, entries, count, sources, previous }: LogDownloadProps) {
  const { api } = useLive();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={controls['button']} onClick={() => { setOpen(true); }}>Download</button>
      <Modal opened={open} onClose={() => { setOpen(false); }} title="Download" closeOnEscape={false} size={560} closeButtonProps={{ 'aria-label': 'Close' }}>
        <EscapeCloses onClose={() => { setOpen(false); }} />
        <div className={classes['downloads']}>
          <button type="button" className={controls['button']} onClick={() => { save(name, entries(), sources.length > 1); }}>The {formatCount(count)} lines that are here</button>
          <p className="dim">Whole logs, as far as their nodes keep them:</p>
          {sources.map((source) => (
            <a key={sourceName(source)} className={controls['button']} download href={api.url('api/log', { namespace: source.namespace, pod: source.pod, container: source.container, timestamps: 'true', previous: previous ? 'true' : undefined })}>
              {sourceName(source)}
            </a>
          ))}
        </div>
      </Modal>
    </>
  );
}
