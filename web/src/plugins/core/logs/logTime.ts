import { zone } from '../../../lib/store';

const two = (value: number): string => String(value).padStart(2, '0');

/** The clock of a line, to the millisecond, in the reader's zone. */
export function logTime(time: string): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return '';
  const date = new Date(ms);
  const utc = zone.get() === 'utc';
  const [hours, minutes, seconds] = utc ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()] : [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`;
}
