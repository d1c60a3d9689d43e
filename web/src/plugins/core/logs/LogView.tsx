// The lines, of which only those in sight are in the document. At the end it goes along; who scrolls up stays where he is
// and is told how much is new.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { plural } from '../../../lib/number';
import type { LogEntry } from '../../../live/logBuffer';
import controls from '../../../ui/controls.module.css';
import { LogRow } from './LogRow';
import classes from './Logs.module.css';

interface LogViewProps {
  readonly rows: readonly LogEntry[];
  /** How many lines there have been. */
  readonly next: number;
  readonly search: string;
  /** The number of the line that the reader searched his way to. */
  readonly current: number | undefined;
  readonly wrap: boolean;
  readonly times: boolean;
  readonly sources: boolean;
  readonly controller: boolean;
}

const rowHeight = 20;
const endSlack = 24;

export function LogView({ rows, next, search, current, wrap, times, sources, controller }: LogViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const firstShown = useRef<number | undefined>(undefined);
  // How many lines there were when the reader left the end.
  const [leftAt, setLeftAt] = useState<number | undefined>(undefined);
  const measured = wrap || controller;
  // eslint-disable-next-line react-hooks/incompatible-library -- it is drawn anew with each batch of lines
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
    getItemKey: (index) => rows[index]?.n ?? index,
  });
  const first = rows[0]?.n;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (atEnd.current) {
      element.scrollTop = element.scrollHeight;
      lastTop.current = element.scrollTop;
    }
    // What has gone at the top does not move what is read.
    else if (first !== undefined && firstShown.current !== undefined && first > firstShown.current) element.scrollTop -= (first - firstShown.current) * rowHeight;
    firstShown.current = first;
  });
  useEffect(() => {
    virtual.measure();
  }, [virtual, wrap, times, sources]);
  useEffect(() => {
    if (current === undefined) return;
    const index = rows.findIndex(({ n }) => n === current);
    if (index < 0) return;
    atEnd.current = false;
    virtual.scrollToIndex(index, { align: 'center' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- moved when the reader asks for it, not when lines come
  }, [current]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const end = element.scrollHeight - element.scrollTop - element.clientHeight <= endSlack;
    // A reader leaves the end upwards. A banner that takes room before a scroll is told only makes it look so.
    const up = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    if (end === atEnd.current || !(end || up)) return;
    atEnd.current = end;
    setLeftAt(end ? undefined : next);
  };
  const goToEnd = (): void => {
    atEnd.current = true;
    setLeftAt(undefined);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  const fresh = leftAt === undefined ? 0 : next - leftAt;
  return (
    <div className={classes['frame']}>
      <div ref={scroller} className={classes['lines']} data-wrap={measured || undefined} role="log" aria-live="off" aria-label="Log" tabIndex={0} onScroll={onScroll}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const entry = rows[index];
            if (entry === undefined) return null;
            return (
              <div key={key} data-index={index} ref={measured ? virtual.measureElement : undefined} className={classes['row']} style={{ transform: `translateY(${start}px)` }}>
                <LogRow entry={entry} search={search} current={entry.n === current} times={times} sources={sources} controller={controller} />
              </div>
            );
          })}
        </div>
      </div>
      {leftAt === undefined ? null : (
        <button type="button" className={`${controls['button'] ?? ''} ${classes['toEnd'] ?? ''}`} onClick={goToEnd}>
          {fresh === 0 ? 'To the end' : plural(fresh, 'new line')}
        </button>
      )}
    </div>
  );
}
