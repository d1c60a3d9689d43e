import { type KeyboardEvent, type PointerEvent, useSyncExternalStore } from 'react';
import { drawerWidth } from '../../../lib/store';
import classes from './ObjectPane.module.css';

const fit = (width: number): number => Math.round(Math.max(480, Math.min(960, width)));

/** The drawer's left edge: drag it, or the arrow keys. The width is remembered. */
export function DrawerEdge() {
  const width = useSyncExternalStore(drawerWidth.subscribe, drawerWidth.get);
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) drawerWidth.set(fit(innerWidth - event.clientX));
  };
  const keys = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? 32 : event.key === 'ArrowRight' ? -32 : 0;
    if (by === 0) return;
    event.preventDefault();
    drawerWidth.set(fit(width + by));
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the object"
      aria-valuenow={width}
      aria-valuemin={480}
      aria-valuemax={960}
      tabIndex={0}
      className={classes['edge']}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={keys}
    />
  );
}
