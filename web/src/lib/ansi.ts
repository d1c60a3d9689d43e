// What a container writes, made safe to show: simple colours stay, every other escape sequence goes, control characters
// become visible. Nothing of it is ever markup: the page sets texts.
export type Ink = 'plain' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'dim';

export interface Piece {
  readonly text: string;
  readonly ink: Ink;
  readonly bold: boolean;
}

// CSI … final, OSC … BEL or ST, and the two-character escapes.
const sequences = /\u001b(?:\[([0-9;:<=>?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~]?)/g;
const unusual = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
// Directions of text that a line could turn round, and the eight-bit controls.
const hidden = /[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/g;

const inks: readonly Ink[] = ['dim', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'plain'];

/** As a terminal leaves it: what follows the last return to the line's start, if anything does. */
function afterReturns(text: string): string {
  const trimmed = text.replace(/\r+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}

const visible = (text: string): string =>
  text.replace(controls, (control) => (control === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + control.charCodeAt(0)))).replace(hidden, '\ufffd');

/** The text alone: what is searched, and what is written to a file. */
export function plainText(text: string): string {
  if (!unusual.test(text)) return text;
  return visible(afterReturns(text.replace(sequences, '')));
}

export function pieces(text: string): readonly Piece[] {
  if (!unusual.test(text)) return [{ text, ink: 'plain', bold: false }];
  const found: Piece[] = [];
  let ink: Ink = 'plain';
  let bold = false;
  let at = 0;
  const line = afterReturns(text);
  const add = (end: number): void => {
    const part = visible(line.slice(at, end));
    if (part !== '') found.push({ text: part, ink, bold });
  };
  for (const match of line.matchAll(sequences)) {
    add(match.index);
    at = match.index + match[0].length;
    if (match[2] !== 'm') continue;
    const codes = (match[1] ?? '').split(/[;:]/).map(Number);
    for (let index = 0; index < codes.length; index += 1) {
      const code = codes[index] ?? 0;
      if (code === 0) [ink, bold] = ['plain', false];
      else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 2) ink = 'dim';
      else if (code === 39) ink = 'plain';
      else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) ink = inks[code % 10] ?? 'plain';
      else if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4; // colours we do not have
    }
  }
  add(line.length);
  return found;
}
