// One silhouette a status, 16 px. Filled: act now. Outline: read on.
import type { ReactElement } from 'react';
import type { StatusName } from '../api/types';

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
const cut = { ...line, stroke: 'var(--icon-cut, var(--surface))', strokeWidth: 1.75 } as const;

export const statusShapes: Readonly<Record<StatusName, ReactElement>> = {
  Failed: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M5.5 5.5l5 5m0-5l-5 5" {...cut} />
    </>
  ),
  Stalled: (
    <>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
      <path d="M4.5 8h7" {...cut} />
    </>
  ),
  Blocked: (
    <>
      <path d="M8 .6L15.4 8 8 15.4.6 8z" fill="currentColor" />
      <path d="M5 8h6" {...cut} />
    </>
  ),
  Retrying: (
    <>
      <path d="M3.2 4.6A6 6 0 1 1 2 8M3 1.6v3.2h3.2" {...line} />
      <path d="M8 5v3.4M8 10.9v.1" {...line} />
    </>
  ),
  Unknown: (
    <>
      <circle cx="8" cy="8" r="6.25" {...line} strokeDasharray="2.4 2.5" />
      <path d="M6.4 6.4a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.9.6-.9 1.2M8 11.3v.1" {...line} strokeWidth={1.3} />
    </>
  ),
  Terminating: <path d="M2.5 4h11M6 4V2.2h4V4M3.8 4l.7 9.8h7l.7-9.8M6.6 6.8v4.4M9.4 6.8v4.4" {...line} strokeWidth={1.3} />,
  Waiting: (
    <>
      <circle cx="8" cy="8" r="6.25" {...line} />
      <path d="M8 4.4V8l2.4 1.6" {...line} />
    </>
  ),
  Progressing: (
    <>
      <path d="M8 1.75A6.25 6.25 0 1 1 1.75 8" {...line} />
      <path d="M5.6 -.6L8.2 1.8 5.6 4.2" {...line} transform="rotate(180 6.9 1.8)" />
    </>
  ),
  Suspended: (
    <>
      <rect x="1.75" y="1.75" width="12.5" height="12.5" rx="3" {...line} />
      <path d="M6.2 5.4v5.2M9.8 5.4v5.2" {...line} />
    </>
  ),
  Ready: (
    <>
      <circle cx="8" cy="8" r="6.25" {...line} />
      <path d="M5.2 8.2l1.9 1.9 3.7-4" {...line} />
    </>
  ),
  Static: <path d="M5 8h6" {...line} />,
};
