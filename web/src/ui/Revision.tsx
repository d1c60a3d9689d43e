import { formatRevision } from '../lib/revision';

/** `main @ 4f2c9e1`; the whole in the tip. */
export function Revision({ revision }: { readonly revision: string }) {
  const short = formatRevision(revision);
  return (
    <span className="mono cut" data-tip={short === revision ? undefined : revision}>
      {short}
    </span>
  );
}
