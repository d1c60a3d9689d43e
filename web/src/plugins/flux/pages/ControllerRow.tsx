// One controller: its state, its Deployment, what it looks after; below, what it says of itself and its flags.
import { useState } from 'react';
import type { Controller } from '../../../api/types';
import { formatCount, unknown } from '../../../lib/number';
import { goTo, openObject } from '../../../lib/place';
import { Status, StatusIcon } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { Icon } from '../../../ui/icons';
import { useNavigation } from '../../../ui/navigation';
import { ObjectLink } from '../../../ui/ObjectLink';
import { Time } from '../../../ui/Time';
import classes from './ControllersPage.module.css';

function Version({ controller: { version, versionFrom, release } }: { readonly controller: Controller }) {
  if (version === undefined) return <span className="dim">{unknown}</span>;
  const digest = versionFrom === 'digest';
  return (
    <span data-tip={digest ? `its image has no tag, only the digest ${version}` : release === undefined ? undefined : `belongs to Flux ${release}`}>
      {digest ? <><span className="dim">digest</span> <span className="mono">{version.replace(/^sha256:/, '').slice(0, 12)}</span></> : <span className="mono">{version}</span>}
    </span>
  );
}

function Restarts({ controller: { restarts, lastRestart, lastExit } }: { readonly controller: Controller }) {
  if (restarts === undefined) return <span className="dim" data-tip="you may not list its pods: the right that is missing is list pods">{unknown} restarts</span>;
  if (restarts === 0) return <span className="dim">0 restarts</span>;
  return (
    <span data-tip={lastExit === undefined ? undefined : `the last time: ${lastExit}`}>
      {formatCount(restarts)} {restarts === 1 ? 'restart' : 'restarts'}
      {lastRestart === undefined ? null : <span className="dim">, <Time at={lastRestart} as="ago" /></span>}
    </span>
  );
}

function Kinds({ controller }: { readonly controller: Controller }) {
  const { place, href } = useNavigation();
  return (
    <span className={classes['kinds']}>
      {controller.kinds.map(({ table, title, total }) => (
        <a key={table} href={href(goTo({ ...place, ns: '' }, { kind: 'list', table }))}>
          <strong>{total === undefined ? unknown : formatCount(total)}</strong> {title}
        </a>
      ))}
    </span>
  );
}

function More({ controller: { flags, pods = [], lastExit } }: { readonly controller: Controller }) {
  return (
    <div className={classes['more']}>
      {pods.length === 0 ? null : (
        <p className={classes['pods']}>
          <span className="dim">{pods.length === 1 ? 'Pod' : 'Pods'}</span>
          {pods.map(({ ref, status }) => (
            <span key={ref.name}>{status === undefined ? null : <StatusIcon status={status} label />} <ObjectLink target={ref} /></span>
          ))}
          {lastExit === undefined ? null : <span className="dim">last exit: {lastExit}</span>}
        </p>
      )}
      {flags.length === 0 ? <p className="dim">It has no flags.</p> : (
        <dl className={classes['flags']}>
          {flags.map(({ flag, meaning }) => (
            <div key={flag}>
              <dt className="mono">{flag}</dt>
              <dd>{meaning ?? ''}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

export function ControllerRow({ controller }: { readonly controller: Controller }) {
  const [open, setOpen] = useState(false);
  const { place, href } = useNavigation();
  const { component, status, ref, ready, wanted, watches, shard } = controller;
  const message = status.status === 'Ready' ? undefined : status.message;
  return (
    <li className={classes['controller']}>
      <div className={classes['line']}>
        <Status cell={{ ...status, message: '' }} />
        <span className={classes['name']} data-stop>
          {ref === undefined ? component : <ObjectLink target={ref} />}
          {shard === undefined ? null : <span className={controls['badge']}>shard {shard}</span>}
        </span>
        {ref === undefined ? null : (
          <>
            <Version controller={controller} />
            <span className={classes['ready']}>{ready}/{wanted}<span className="dim"> ready</span></span>
            <Restarts controller={controller} />
            <span className={classes['links']}>
              {ref.table === undefined ? null : <a href={href(openObject(place, { table: ref.table, namespace: ref.namespace, name: ref.name }, 'logs'))}>Logs<span className="sr"> of {ref.name}</span></a>}
              <button type="button" className={classes['unfold']} aria-expanded={open} onClick={() => { setOpen(!open); }}>
                <Icon name={open ? 'down' : 'right'} size={12} />
                Flags<span className="sr"> and pods of {ref.name}</span>
              </button>
            </span>
          </>
        )}
      </div>
      {message === undefined || message === '' ? null : <p className={classes['message']}>{message}</p>}
      <p className={classes['after']}>
        <span className="dim">{watches === undefined ? 'looks after' : `looks after ${watches}:`}</span> <Kinds controller={controller} />
      </p>
      {open ? <More controller={controller} /> : null}
    </li>
  );
}
