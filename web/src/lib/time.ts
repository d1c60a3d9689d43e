// How times are written. Rows hold timestamps, never ages; ages are computed here against the server's clock.
import type { Zone } from './store';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `42 s`, `7 m`, `3 h 12 m`, `5 d`: at most two units. */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < second) return `${Math.round(span)} ms`;
  if (span < minute) return `${Math.floor(span / second)} s`;
  if (span < hour) return `${Math.floor(span / minute)} m`;
  if (span < day) {
    const minutes = Math.floor((span % hour) / minute);
    return minutes === 0 ? `${Math.floor(span / hour)} h` : `${Math.floor(span / hour)} h ${minutes} m`;
  }
  return `${Math.floor(span / day)} d`;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

function parts(at: number, zone: Zone): { date: string; clock: string } {
  const when = new Date(at);
  return zone === 'utc'
    ? {
        date: `${pad(when.getUTCFullYear(), 4)}-${pad(when.getUTCMonth() + 1)}-${pad(when.getUTCDate())}`,
        clock: `${pad(when.getUTCHours())}:${pad(when.getUTCMinutes())}:${pad(when.getUTCSeconds())}`,
      }
    : {
        date: `${pad(when.getFullYear(), 4)}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}`,
        clock: `${pad(when.getHours())}:${pad(when.getMinutes())}:${pad(when.getSeconds())}`,
      };
}

/** `now`, `42 s`, `7 m`, `3 h 12 m`, `5 d`, then the date. A time that lies ahead is `in 7 m`. */
export function formatRelative(at: number, now: number, zone: Zone = 'local'): string {
  const age = now - at;
  if (age < -5 * second) return -age >= 60 * day ? parts(at, zone).date : `in ${formatDuration(-age)}`;
  if (age < 5 * second) return 'now';
  if (age >= 60 * day) return parts(at, zone).date;
  return formatDuration(age);
}

/** Hours and minutes for things of today, with the day in front for older ones. */
export function formatClock(at: number, now: number, zone: Zone = 'local'): string {
  const { date, clock } = parts(at, zone);
  const short = clock.slice(0, 5);
  return date === parts(now, zone).date ? short : `${date.slice(5)} ${short}`;
}

function offsetOf(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const sign = minutes < 0 ? '−' : '+';
  return `UTC${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}

/** Both absolute forms, for hover and focus. */
export function formatAbsolute(at: number): string {
  const local = parts(at, 'local');
  const utc = parts(at, 'utc');
  return `${local.date} ${local.clock} ${offsetOf(at)} · ${utc.date} ${utc.clock} UTC`;
}

/** `3 m ago`; what is now has no ago. */
export const agoText = (ms: number): string => (ms < 5_000 ? 'now' : `${formatDuration(ms)} ago`);
