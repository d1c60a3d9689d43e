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

export function displayName(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
