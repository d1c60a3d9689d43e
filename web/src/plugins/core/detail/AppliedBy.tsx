// Who applied the object, from which source, path and revision, and the way up to the root.
import type { AppliedBy as AppliedByAnswer, Applier, Ref } from '../../../api/types';
import { Linked, ObjectLink } from '../../../ui/ObjectLink';
import { Revision } from '../../../ui/Revision';
import classes from './ObjectPane.module.css';

const keyOf = ({ group, kind, namespace, name }: Ref): string => `${group}/${kind}/${namespace}/${name}`;

function Origin({ source, path, revision }: Pick<Applier, 'source' | 'path' | 'revision'>) {
  if (source === undefined) return null;
  return (
    <p className={classes['origin']}>
      <span>from <span className="dim">{source.kind}</span> <ObjectLink target={source} /></span>
      {path === undefined ? null : <span>path <span className="mono">{path}</span></span>}
      {revision === undefined ? null : <span>at <Revision revision={revision} /></span>}
    </p>
  );
}

export function AppliedBy({ answer }: { readonly answer: AppliedByAnswer }) {
  return (
    <>
      {answer.through === undefined ? null : (
        <p className={classes['origin']}>
          {answer.through.map((owner) => (
            <span key={keyOf(owner)}>owned by <span className="dim">{owner.kind}</span> <ObjectLink target={owner} /></span>
          ))}
        </p>
      )}
      {answer.by.map(({ ref, status, source, path, revision, chain }) => (
        <div key={keyOf(ref)} className={classes['applier']}>
          <Linked linked={{ ref, ...(status === undefined ? {} : { status }) }} />
          <Origin {...(source === undefined ? {} : { source })} {...(path === undefined ? {} : { path })} {...(revision === undefined ? {} : { revision })} />
          {chain.length === 0 ? null : (
            <p className={classes['origin']}>
              {chain.map((up) => (
                <span key={keyOf(up)}>applied by <span className="dim">{up.kind}</span> <ObjectLink target={up} /></span>
              ))}
            </p>
          )}
        </div>
      ))}
      {answer.note === undefined ? null : <p className={classes['garbage']}>{answer.note}</p>}
    </>
  );
}
