// Counts are exact and grouped; what is not known is a dash, never 0.
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });

export const unknown = '–';

export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? unknown : grouped.format(value);
}

/** `1 object`, `5 objects`, `– objects`. */
export function plural(value: number | undefined, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}
