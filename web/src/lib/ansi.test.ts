import { describe, expect, it } from 'vitest';
import { pieces, plainText } from './ansi';
import { logLevel } from './logLevel';

const esc = '\u001b';

describe('what a container writes', () => {
  it('is left as it is when it is plain', () => {
    expect(plainText('GET /a 200 ✓ naïve')).toBe('GET /a 200 ✓ naïve');
    expect(pieces('a\tb')).toEqual([{ text: 'a\tb', ink: 'plain', bold: false }]);
  });

  it('keeps simple colours and loses every other escape sequence', () => {
    expect(pieces(`${esc}[1;31mERR${esc}[0m ok ${esc}[92mgreen${esc}[39m${esc}[38;5;200mx${esc}[48;2;1;2;3my`)).toEqual([
      { text: 'ERR', ink: 'red', bold: true },
      { text: ' ok ', ink: 'plain', bold: false },
      { text: 'green', ink: 'green', bold: false },
      { text: 'x', ink: 'plain', bold: false },
      { text: 'y', ink: 'plain', bold: false },
    ]);
    for (const hostile of [`${esc}]0;title\u0007`, `${esc}]52;c;ZWNobw==${esc}\\`, `${esc}[2J`, `${esc}[10;10H`, `${esc}c`, `${esc}P1$r${esc}\\`, `${esc}(B`]) {
      expect(plainText(`a${hostile}b`)).toBe('ab');
    }
  });

  it('shows control characters and what turns the direction of text, and is never markup', () => {
    expect(plainText('a\u0000b\u0008c\u007f')).toBe('a\u2400b\u2408c\u2421');
    expect(plainText('user\u202egpj.exe')).toBe('user\ufffdgpj.exe');
    expect(plainText('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>');
  });

  it('is of a progress bar what a terminal shows at its end', () => {
    expect(plainText('10 %\r50 %\r100 %')).toBe('100 %');
    expect(plainText('done\r')).toBe('done');
  });
});

describe('the level of a line', () => {
  it('is told by how loggers say it', () => {
    expect(logLevel('{"level":"error","msg":"x"}')).toBe('error');
    expect(logLevel('time=1 level=warn msg=x')).toBe('warning');
    expect(logLevel('E1121 08:00:00.000000       1 main.go:1] x')).toBe('error');
    expect(logLevel('2026-01-01 [INFO] started')).toBe('info');
    expect(logLevel('DEBUG: x')).toBe('debug');
  });

  it('is not guessed from words in a sentence', () => {
    expect(logLevel('no error was found')).toBeUndefined();
    expect(logLevel('Information about terrors')).toBeUndefined();
  });
});
