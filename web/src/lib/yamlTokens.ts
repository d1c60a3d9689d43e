// Splits a line of YAML into the parts that are coloured. It colours, it does not parse: a wrong colour is all that can
// go wrong.
export interface YamlToken {
  readonly kind: 'key' | 'text' | 'comment' | 'plain' | 'number';
  readonly text: string;
}

const keyed = /^(\s*(?:- +)*)((?:"[^"]*"|'[^']*'|[^\s#:][^:#]*?|[^\s#][^\s]*?)):(?=\s|$)(.*)$/;
const item = /^(\s*(?:- +)*(?:-$)?)(.*)$/;

function value(text: string): YamlToken[] {
  const trimmed = text.trim();
  if (trimmed === '') return text === '' ? [] : [{ kind: 'plain', text }];
  if (trimmed.startsWith('#')) return [{ kind: 'comment', text }];
  if (/^(true|false|null|~|-?\d+(\.\d+)?|[|>][+-]?\d?|\{\}|\[\])$/.test(trimmed)) return [{ kind: 'number', text }];
  return [{ kind: 'text', text }];
}

export function yamlTokens(line: string): YamlToken[] {
  if (/^\s*#/.test(line)) return [{ kind: 'comment', text: line }];
  const pair = keyed.exec(line);
  if (pair !== null) {
    const [, indent = '', key = '', rest = ''] = pair;
    const parts: YamlToken[] = [];
    if (indent !== '') parts.push({ kind: 'plain', text: indent });
    parts.push({ kind: 'key', text: key }, { kind: 'plain', text: ':' }, ...value(rest));
    return parts;
  }
  const [, indent = '', rest = ''] = item.exec(line) ?? [];
  return [...(indent === '' ? [] : [{ kind: 'plain' as const, text: indent }]), ...value(rest)];
}
