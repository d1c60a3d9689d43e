// Icons of the page's own controls, 16 px, drawn with the text's colour.
const paths = {
  search: 'M11.2 11.2L14.5 14.5M7 12.2A5.2 5.2 0 1 0 7 1.8a5.2 5.2 0 0 0 0 10.4z',
  close: 'M3.5 3.5l9 9m0-9l-9 9',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  check: 'M2.8 8.6l3.4 3.4 7-7.6',
  expand: 'M9.5 2.5h4v4M13.2 2.8L9 7M6.5 13.5h-4v-4M2.8 13.2L7 9',
  side: 'M2 3h12v10H2zM9.5 3v10',
  down: 'M4 6.2l4 4 4-4',
  right: 'M6.2 4l4 4-4 4',
  back: 'M9.8 3.5L5.2 8l4.6 4.5',
  columns: 'M2 3h12v10H2zM6 3v10M10 3v10',
  rows: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.3 1.9c-.8.4-1.1.9-1.1 1.7M8 12.2v.1',
  sun: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M3.2 12.8l1-1M11.8 4.2l1-1',
  moon: 'M13.6 9.8A6 6 0 0 1 6.2 2.4a6 6 0 1 0 7.4 7.4z',
  home: 'M2.5 7.2L8 2.5l5.5 4.7v6.3h-4v-4h-3v4h-4z',
  user: 'M8 8.4a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM2.8 14c.5-2.6 2.6-3.8 5.2-3.8s4.7 1.2 5.2 3.8',
  warning: 'M8 2.2l6.2 11.3H1.8zM8 6.6v3.2M8 11.7v.1',
  info: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 7.2v4M8 4.8v.1',
  lock: 'M4 7.2h8v6.3H4zM5.5 7.2V5a2.5 2.5 0 0 1 5 0v2.2',
  up: 'M8 13V3.4M4 7.2l4-4 4 4',
  arrowDown: 'M8 3v9.6M4 8.8l4 4 4-4',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 6v-3.5h3.5M10 2.5h3.5v3.5M13.5 10v3.5h-3.5M6 13.5h-3.5v-3.5M6 6h4v4h-4z',
  picture: 'M2 3h12v10H2zM2.5 11l3.5-3.5 3 3 2-2 2.5 2.5M10.5 5.8v.1',
  tree: 'M2.5 3.5h4M6 8h7.5M6 12.5h7.5M4 3.5v9H6M4 8h2',
  graph: 'M1.8 6.2h4v3.6h-4zM10.2 2h4v3.6h-4zM10.2 10.4h4V14h-4zM5.8 8h2.2M8 3.8v8.4M8 3.8h2.2M8 12.2h2.2',
  dots: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" fill="none" stroke="currentColor" strokeWidth={name === 'dots' ? 2 : 1.4} strokeLinecap="round" strokeLinejoin="round" style={{ flex: 'none' }}>
      <path d={paths[name]} />
    </svg>
  );
}
