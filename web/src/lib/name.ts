// Names differ at their ends, so a name that does not fit is shortened in the middle.
export interface SplitName {
  readonly head: string;
  readonly tail: string;
}

/** Where a name may be cut: the tail stays whole, the head gives way. */
export function splitName(name: string, keep = 8): SplitName {
  if (name.length <= keep * 2) return { head: name, tail: '' };
  const at = name.length - keep;
  return { head: name.slice(0, at), tail: name.slice(at) };
}

/** Where a text with slashes may be cut: its last segment tells it from its neighbours. */
export function splitPath(text: string): SplitName {
  if (text.length <= 16) return { head: text, tail: '' };
  const segment = text.lastIndexOf('/', text.length - 2);
  const at = segment > 0 && text.length - segment <= 28 ? segment : text.length - 12;
  return { head: text.slice(0, at), tail: text.slice(at) };
}

/** The words of `ResourceSetInputProviders`. */
export const wordsOf = (text: string): readonly string[] => text.split(/(?<=[a-z])(?=[A-Z])/);

export function displayName(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Tells objects apart: kinds of one name exist in several groups. */
export const refKey = ({ group, kind, namespace, name }: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string }): string =>
  `${group}/${kind}/${namespace}/${name}`;
