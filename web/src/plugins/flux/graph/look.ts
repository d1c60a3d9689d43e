// How nodes and edges look, in the page's own colours: a card with the state's icon, the kind above, the name below.
import type { StylesheetJson } from 'cytoscape';
import { Children, isValidElement, type ReactNode } from 'react';
import { displayName } from '../../../lib/name';
import { statusShapes } from '../../../status/icons';
import { type Family, statuses } from '../../../status/status';
import { cell } from './layout';
import type { ViewNode } from './model';

export type Colours = (name: string) => string;

/** Asks once for each key. */
function remembered<In, Out>(keyOf: (input: In) => string, make: (input: In) => Out): (input: In) => Out {
  const known = new Map<string, Out>();
  return (input) => {
    const key = keyOf(input);
    let out = known.get(key);
    if (out === undefined) known.set(key, (out = make(input)));
    return out;
  };
}

/** As they are when first asked for: to ask a page for its style costs it a layout where something has changed. */
export function coloursOf(root: HTMLElement): Colours {
  const style = getComputedStyle(root);
  return remembered((name: string) => name, (name) => style.getPropertyValue(`--${name}`).trim());
}

export const familyOf = ({ status, state }: ViewNode): Family | 'missing' | 'hidden' | 'plain' => {
  if (state === 'missing') return 'missing';
  if (state === 'hidden' || state === 'unread') return 'hidden';
  return status === undefined ? 'plain' : statuses[status].family;
};

export const stateWords: Readonly<Record<ViewNode['state'], string>> = {
  seen: '',
  missing: 'does not exist',
  hidden: 'not visible to you',
  unread: 'not read yet',
  unwatched: 'not watched',
};

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** An icon's elements as SVG text, so that the icons of lists and of the graph are the same. */
function svgText(node: ReactNode, cut: string): string {
  let text = '';
  Children.forEach(node, (child) => {
    if (!isValidElement<Record<string, unknown>>(child)) return;
    const { children, ...rest } = child.props;
    if (typeof child.type !== 'string') {
      text += svgText(children as ReactNode, cut);
      return;
    }
    const attributes = Object.entries(rest).map(([name, value]) => {
      const shown = String(value).startsWith('var(') ? cut : String(value);
      return `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}="${escape(shown)}"`;
    });
    text += `<${child.type} ${attributes.join(' ')}/>`;
  });
  return text;
}

const marks: Readonly<Partial<Record<ReturnType<typeof familyOf>, string>>> = {
  missing: '<circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.4 2.5"/><path d="M5.8 5.8l4.4 4.4m0-4.4l-4.4 4.4" stroke="currentColor" stroke-width="1.5" fill="none"/>',
  hidden: '<path d="M4 7.2h8v6.3H4zM5.5 7.2V5a2.5 2.5 0 0 1 5 0v2.2" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  plain: '<circle cx="8" cy="8" r="2.5" fill="currentColor"/>',
};

const fillOf = (family: ReturnType<typeof familyOf>, colour: Colours): string => {
  if (family === 'bad' || family === 'attn' || family === 'pause') return colour(`${family}-tint`);
  return colour(family === 'missing' ? 'bad-tint' : 'surface');
};

export type Cards = (node: ViewNode) => string;

/** The pictures of cards without their names: few differ, so few are made. */
export const cardsIn = (colour: Colours): Cards =>
  remembered(({ status, state, kind, members, unfolds }: ViewNode) => `${status ?? ''} ${state} ${kind} ${members > 1} ${unfolds}`, (node) => cardOf(node, colour));

function cardOf(node: ViewNode, colour: Colours): string {
  const family = familyOf(node);
  const ink = colour(family === 'missing' ? 'bad' : family === 'hidden' || family === 'plain' ? 'text3' : family);
  const icon = marks[family] ?? (node.status === undefined ? '' : svgText(statusShapes[node.status], fillOf(family, colour)));
  const word = stateWords[node.state];
  const above = node.members > 1 ? node.kind : word === '' ? node.kind : `${node.kind} · ${word}`;
  const more = node.unfolds ? `<path d="M202 18.5v7M198.5 22h7" stroke="${colour('text3')}" stroke-width="1.4" stroke-linecap="round"/>` : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${cell.width * 2}" height="${cell.height * 2}" viewBox="0 0 ${cell.width} ${cell.height}">`
    + `<g transform="translate(11 14)" color="${ink}">${icon}</g>${more}`
    + `<text x="36" y="17" font-family="system-ui,sans-serif" font-size="11" fill="${colour('text3')}">${escape(above)}</text></svg>`;
  // Cytoscape hashes it for each node that bears it: as short as an address may be.
  return `data:image/svg+xml;utf8,${svg.replaceAll('"', "'").replaceAll(/[^\w\-./=:,;'()]/g, encodeURIComponent)}`;
}

/** As many as fit on a card. */
const mostLetters = 21;

/** Cut in the middle of the namespace first: names differ at their ends. */
export function labelOf({ namespace, name, members }: ViewNode): string {
  const suffix = members > 1 ? ` · ${members.toLocaleString('en')}` : '';
  const room = mostLetters - suffix.length;
  const whole = displayName(namespace, name);
  if (whole.length <= room) return whole + suffix;
  if (name.length <= room - 4 && namespace !== '') return `${namespace.slice(0, room - name.length - 2)}…/${name}${suffix}`;
  if (name.length <= room) return name + suffix;
  const head = Math.floor((room - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (room - 1 - head))}${suffix}`;
}

export function stylesheet(colour: Colours): StylesheetJson {
  const families = ['ok', 'busy', 'attn', 'bad', 'pause', 'neutral', 'missing', 'hidden', 'plain'] as const;
  const loud = new Set(['attn', 'bad', 'pause', 'missing']);
  return [
    {
      selector: 'node',
      style: {
        width: cell.width,
        height: cell.height,
        shape: 'round-rectangle',
        'corner-radius': '6',
        'background-color': colour('surface'),
        'background-image': 'data(card)',
        'background-fit': 'none',
        'background-width': '100%',
        'background-height': '100%',
        'background-image-smoothing': 'yes',
        'border-width': 1,
        'border-color': colour('line-strong'),
        label: 'data(label)',
        color: colour('text1'),
        'font-family': 'system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Liberation Sans, sans-serif',
        'font-size': 12.5,
        'font-weight': 500,
        'text-halign': 'right',
        'text-valign': 'center',
        'text-margin-x': -(cell.width - 36),
        'text-margin-y': 7,
        'text-wrap': 'ellipsis',
        'text-max-width': `${cell.width - 54}px`,
        'min-zoomed-font-size': 5,
        'overlay-opacity': 0,
      },
    },
    ...families.map((family) => ({
      selector: `node[family = '${family}']`,
      style: {
        'background-color': fillOf(family, colour),
        'border-color': loud.has(family) ? colour(family === 'missing' ? 'bad' : family) : colour('line-strong'),
        'border-width': family === 'bad' || family === 'missing' ? 1.5 : 1,
        'border-style': family === 'missing' || family === 'hidden' ? ('dashed' as const) : ('solid' as const),
      },
    })),
    { selector: 'node[?many]', style: { 'border-style': 'double', 'border-width': 4 } },
    { selector: 'node[?context]', style: { opacity: 0.55 } },
    { selector: 'node:selected', style: { 'border-color': colour('accent'), 'border-width': 2.5, 'border-style': 'solid', opacity: 1 } },
    {
      selector: 'edge',
      style: {
        events: 'no', // a tap on one is a tap beside the nodes
        width: 1.25,
        'curve-style': 'straight',
        'source-endpoint': `${cell.width / 2}px 0px`,
        'target-endpoint': `-${cell.width / 2}px 0px`,
        'line-color': colour('control'),
        'target-arrow-color': colour('control'),
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.75,
        'overlay-opacity': 0,
        'line-opacity': 0.8,
      },
    },
    {
      selector: 'edge[?bent]',
      style: {
        'curve-style': 'round-segments',
        'segment-weights': 'data(weights)' as unknown as number[],
        'segment-distances': 'data(distances)' as unknown as number[],
        'segment-radii': [6],
        'edge-distances': 'node-position',
      },
    },
    { selector: 'edge[?loop]', style: { 'curve-style': 'bezier', 'source-endpoint': 'outside-to-node', 'target-endpoint': 'outside-to-node' } },
    { selector: "edge[by = 'owner'], edge[by = 'applied']", style: { 'line-style': 'dotted', 'target-arrow-shape': 'none', 'line-opacity': 0.7 } },
    { selector: "edge[by = 'dependency']", style: { 'line-style': 'solid', width: 1.75 } },
    { selector: "edge[by = 'input']", style: { 'line-style': 'dashed', 'line-dash-pattern': [5, 4] } },
    { selector: 'edge[?circle]', style: { 'line-color': colour('attn'), 'target-arrow-color': colour('attn'), 'target-arrow-shape': 'tee', width: 2.25, 'line-opacity': 1 } },
    { selector: 'edge[?toCause]', style: { 'line-color': colour('bad'), 'target-arrow-color': colour('bad'), width: 2.25, 'line-opacity': 1, 'z-index': 5 } },
    { selector: 'edge.near[!toCause]', style: { 'line-color': colour('accent'), 'target-arrow-color': colour('accent'), width: 2, 'line-opacity': 1, 'z-index': 4 } },
  ];
}
