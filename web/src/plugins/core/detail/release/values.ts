// Words for the values of a release.
import type { ReleaseValue, ReleaseValues, StoredRevision, ValueOrigin } from '../../../../api/types';

/** "auth.hosts[0].name"; keys that hold dots are escaped, as Helm's --set wants them. */
export function pathText(path: ReleaseValue['path']): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${String(part)}]`;
    const key = part.replaceAll(/[\\.[,=]/g, String.raw`\$&`);
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

export function valueText(value: ReleaseValue['value']): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

/** "key password, at auth.password"; what names the object is drawn as a link beside it. */
export function originNote({ kind, key, targetPath, optional }: ValueOrigin): string {
  switch (kind) {
    case 'chart':
      return 'default of the chart';
    case 'inline':
      return 'spec.values';
    case 'stored':
      return 'given to this release; from where is not known';
    case 'configMap':
    case 'secret':
      return `key ${key ?? ''}${targetPath === undefined ? '' : `, at ${targetPath}`}${optional === true ? ', optional' : ''}`;
  }
}

export function revisionText({ revision, chart, chartVersion, status, action }: StoredRevision): string {
  const what = chart === undefined ? '' : `${chart} ${chartVersion ?? ''}`;
  return [`v${String(revision)}`, what, action ?? '', status ?? ''].filter((part) => part !== '').join(' · ');
}

export interface ValueFilter {
  readonly text: string;
  readonly defaults: boolean;
}

export function shownValues({ values, origins }: ReleaseValues, { text, defaults }: ValueFilter): readonly ReleaseValue[] {
  const wanted = text.toLowerCase();
  return values.filter((value) => {
    if (!defaults && origins[value.origin]?.kind === 'chart') return false;
    return `${pathText(value.path)} ${valueText(value.value)}`.toLowerCase().includes(wanted);
  });
}
