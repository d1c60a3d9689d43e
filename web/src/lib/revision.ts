// Revisions as Flux writes them: `main@sha1:4f2c9e1…`, `4.2.0`, `4.2.0@sha256:…`, `sha256:…`.
export interface RevisionParts {
  readonly name: string;
  readonly hash: string;
}

const hashed = /^(?:(.*)[@/])?(?:(sha1|sha256|sha512):)?([0-9a-f]{40,128})$/;

export function shortDigest(hash: string): string {
  return `${hash.slice(0, 8)}…${hash.slice(-4)}`;
}

export function parseRevision(revision: string): RevisionParts {
  const match = hashed.exec(revision);
  if (match === null) return { name: revision, hash: '' };
  const [, name = '', algorithm = '', hash = ''] = match;
  const commit = algorithm === 'sha1' || (algorithm === '' && hash.length === 40);
  return { name, hash: commit ? hash.slice(0, 7) : shortDigest(hash) };
}

/** `main @ 4f2c9e1` */
export function formatRevision(revision: string): string {
  const { name, hash } = parseRevision(revision);
  if (hash === '') return name;
  return name === '' ? hash : `${name} @ ${hash}`;
}
