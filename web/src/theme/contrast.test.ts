import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Recomputes the table of colours from what the page really uses: WCAG contrast and CIEDE2000, also for three kinds
// of colour vision (Machado et al. 2009, full deficiency).
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokens(scheme: string): Map<string, string> {
  const block = new RegExp(`data-mantine-color-scheme='${scheme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map([...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

const channels = (hex: string): [number, number, number] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as [number, number, number];
const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = (hex: string): number => {
  const [r, g, b] = channels(hex).map(linear) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

const vision: Record<string, number[]> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function lab(hex: string, matrix: number[]): [number, number, number] {
  const rgb = channels(hex).map(linear);
  const seen = [0, 1, 2].map((row) => Math.min(1, Math.max(0, [0, 1, 2].reduce((sum, at) => sum + matrix[row * 3 + at]! * rgb[at]!, 0))));
  const xyz = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.072175],
    [0.0193339, 0.119192, 0.9503041],
  ].map((row) => row.reduce((sum, weight, at) => sum + weight * seen[at]!, 0));
  const white = [0.95047, 1, 1.08883];
  const [x, y, z] = xyz.map((value, at) => {
    const t = value / white[at]!;
    return t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116;
  }) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function difference([l1, a1, b1]: number[], [l2, a2, b2]: number[]): number {
  const rad = Math.PI / 180;
  const c = (Math.hypot(a1!, b1!) + Math.hypot(a2!, b2!)) / 2;
  const g = 0.5 * (1 - Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)));
  const [p1, p2] = [a1! * (1 + g), a2! * (1 + g)];
  const [c1, c2] = [Math.hypot(p1, b1!), Math.hypot(p2, b2!)];
  const angle = (b: number, a: number): number => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / rad + 360) % 360);
  const [h1, h2] = [angle(b1!, p1), angle(b2!, p2)];
  const turn = c1 * c2 === 0 ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const dl = l2! - l1!;
  const dc = c2 - c1;
  const dh = 2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * rad);
  const l = (l1! + l2!) / 2;
  const cm = (c1 + c2) / 2;
  const h = c1 * c2 === 0 ? h1 + h2 : Math.abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
  const t = 1 - 0.17 * Math.cos((h - 30) * rad) + 0.24 * Math.cos(2 * h * rad) + 0.32 * Math.cos((3 * h + 6) * rad) - 0.2 * Math.cos((4 * h - 63) * rad);
  const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2);
  const sc = 1 + 0.045 * cm;
  const sh = 1 + 0.015 * cm * t;
  const rt = -Math.sin(2 * 30 * Math.exp(-(((h - 275) / 25) ** 2)) * rad) * 2 * Math.sqrt(cm ** 7 / (cm ** 7 + 25 ** 7));
  return Math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh));
}

const families = ['ok', 'busy', 'attn', 'bad', 'pause', 'neutral'];
const grounds = ['surface', 'canvas', 'hover', 'selected', 'raised'];

describe.each(['light', 'dark'])('the %s colours', (scheme) => {
  const colour = tokens(scheme);
  const of = (name: string): string => {
    const hex = colour.get(name);
    if (hex === undefined) throw new Error(`tokens.css has no ${name} for ${scheme}`);
    return hex;
  };

  it.each([...families, 'text1', 'text2', 'text3'])('%s is readable on every ground', (name) => {
    for (const ground of grounds) expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
  it.each(families)('%s is readable on its tint', (name) => {
    expect(contrast(of(name), of(`${name}-tint`))).toBeGreaterThanOrEqual(4.5);
  });
  it('text is readable in code blocks', () => {
    for (const name of ['text1', 'text2', 'text3', 'accent', 'busy']) expect(contrast(of(name), of('sunken')), name).toBeGreaterThanOrEqual(4.5);
  });
  it('text1 is readable on the tints that carry it', () => {
    expect(contrast(of('text1'), of('attn-tint'))).toBeGreaterThanOrEqual(7);
  });
  it('links and the focus ring stand out', () => {
    for (const ground of grounds) expect(contrast(of('accent'), of(ground)), ground).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('accent-fill'), '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('accent-fill-hover'), '#ffffff')).toBeGreaterThanOrEqual(4.5);
  });
  it('borders of controls are visible', () => {
    for (const ground of ['surface', 'canvas']) expect(contrast(of('control'), of(ground))).toBeGreaterThanOrEqual(3);
  });
  it.each(Object.keys(vision))('families are told apart with %s vision', (kind) => {
    for (const [at, a] of families.entries()) {
      for (const b of families.slice(at + 1)) {
        expect(difference(lab(of(a), vision[kind]!), lab(of(b), vision[kind]!)), `${a} and ${b}`).toBeGreaterThanOrEqual(kind === 'normal' ? 15 : 10);
      }
    }
  });
});
