// What is broken and why, since when, what changed just before; then what moved; then counts. Causes, not symptoms.
import { useRef, useState } from 'react';
import type { Cause, Guidance, Home, Missing, Moved } from '../../../api/types';
import { heldItems } from '../../../lib/heldItems';
import { formatCount, plural } from '../../../lib/number';
import { displayName, refKey } from '../../../lib/name';
import { broken, calm, failed, forbidden, heldChip, loading, missingRight, nothingMayBeSeen, nothingSeen } from '../../../lib/texts';
import { isHeld } from '../../../live/hold';
import { useLive, useLiveHome, useMeta } from '../../../live/hooks';
import { StatusIcon } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { Notice } from '../../../ui/Notice';
import { useNavigation } from '../../../ui/navigation';
import { useShortcut } from '../../../ui/shortcuts';
import { Time } from '../../../ui/Time';
import { RoleButton, Trust } from '../../../ui/Trust';
import { useWaited } from '../../../ui/useDelayed';
import { CauseList } from '../../../ui/summary/CauseList';
import { CountsTable } from '../../../ui/summary/CountsTable';
import classes from '../../../ui/summary/Summary.module.css';
import { LastChange, MovedList } from './MovedList';

const causeKey = ({ ref }: Cause): string => refKey(ref);
const movedKey = (moved: Moved): string => `${refKey(moved.ref)} ${moved.at} ${moved.status}`;

function Skeleton({ cluster }: { readonly cluster: string }) {
  const ms = useWaited();
  return (
    <div className={classes['skeleton']} role="status" aria-label="Reading the cluster">
      {[60, 40, 75, 55, 65, 45, 70, 50].map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
      {ms === 0 ? null : <p>{loading(cluster, ms)}</p>}
    </div>
  );
}

export function GuidanceList({ guidance }: { readonly guidance: readonly Guidance[] }) {
  return guidance.map(({ id, severity, text, hint }) => (
    <div key={id} className={classes['guidance']}>
      <Notice title={text} tone={severity === 'error' ? 'bad' : severity === 'warning' ? 'attn' : 'plain'} icon={severity === 'info' || severity === undefined ? 'info' : 'warning'}>
        {hint}
      </Notice>
    </div>
  ));
}

interface CalmProps {
  readonly home: Home;
  readonly live: boolean;
  readonly missing: readonly Missing[];
}

function Calm({ home, live, missing }: CalmProps) {
  if (nothingMayBeSeen(home, missing)) {
    return (
      <Notice title={nothingSeen.what} icon="lock" tone="attn">
        {nothingSeen.next}
      </Notice>
    );
  }
  if (!home.known) {
    return (
      <p className={classes['calm']}>
        <StatusIcon status="Progressing" />
        <span>Not everything has been read yet. Nothing broken so far among {plural(home.total, 'object')}.</span>
      </p>
    );
  }
  return (
    <p className={classes['calm']}>
      <StatusIcon status={home.total === 0 ? 'Static' : 'Ready'} />
      <span>
        {live ? calm(home) : `Last known: ${calm(home)}`} {home.lastChange === undefined ? null : <LastChange moved={home.lastChange} />}
      </span>
    </p>
  );
}

interface BrokenProps {
  readonly home: Home;
  readonly shown: ReturnType<typeof heldItems<Cause>>;
}

function Broken({ home, shown }: BrokenProps) {
  return (
    <CauseList items={shown.items} total={home.causesTotal} waiting={home.waiting}>
      {home.known ? null : <span className={classes['sum']}>so far; not everything has been read yet</span>}
      <span className={classes['space']} />
      {home.oldest === undefined ? null : (
        <span className={classes['sum']}>
          oldest <Time at={home.oldest} as="age" />
        </span>
      )}
    </CauseList>
  );
}

/** j and k walk through the links of the page that lead to objects. */
function walk(root: HTMLElement | null, by: number): boolean {
  const stops = [...(root?.querySelectorAll<HTMLElement>('[data-stop] a') ?? [])];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const next = stops[at < 0 ? 0 : Math.max(0, Math.min(stops.length - 1, at + by))];
  next?.focus();
  return next !== undefined;
}

export function HomePage() {
  const live = useLive();
  const meta = useMeta();
  const { place } = useNavigation();
  const { store, snapshot } = useLiveHome(place.ns);
  const { value: home, phase, problem, missing, freshness } = snapshot;
  const [frozen, setFrozen] = useState<Home>();
  const root = useRef<HTMLDivElement>(null);
  const causes = heldItems(frozen?.causes, home?.causes ?? [], causeKey);
  const moved = heldItems(frozen?.moved, home?.moved ?? [], movedKey);
  const held = { added: causes.added, gone: causes.gone, moved: causes.moved };
  const apply = (): void => {
    setFrozen(frozen === undefined ? undefined : home);
  };
  useShortcut({ group: 'List', keys: ['j'], text: 'next object', run: () => walk(root.current, 1) });
  useShortcut({ group: 'List', keys: ['k'], text: 'object before', run: () => walk(root.current, -1) });
  useShortcut({ group: 'List', keys: ['r'], text: 'apply the changes that wait', run: () => { apply(); return frozen !== undefined; } });
  const cluster = meta?.cluster.name ?? 'the cluster';
  const title = place.ns === '' ? cluster : `${cluster} / ${place.ns}`;
  const role = missing.find((item) => item.role !== undefined)?.role;
  const right = missing.find((item) => item.right !== undefined)?.right;
  const trusted = freshness === undefined || freshness.state === 'live' || freshness.state === 'partial';
  return (
    <>
      <div
        ref={root}
        className={classes['page']}
        onPointerEnter={(event) => { if (event.pointerType !== 'touch') setFrozen(home); }}
        onPointerLeave={() => { setFrozen(undefined); }}
      >
        <h1 className="sr">Home: {title}</h1>
        {meta === undefined ? null : <GuidanceList guidance={meta.guidance} />}
        {phase === 'forbidden' ? (
          <Notice title={forbidden('anything', place.ns)} icon="lock" tone="attn" actions={role === undefined ? null : <RoleButton role={role} />}>
            {right === undefined ? (problem?.text ?? freshness?.cause?.text) : missingRight(right)}
          </Notice>
        ) : null}
        {phase === 'failed' && problem !== undefined ? (
          <Notice tone="bad" icon="warning" title={failed('the state of the cluster', problem)} actions={<button type="button" className={controls['button']} onClick={store.retry}>Retry</button>}>
            {problem.hint}
          </Notice>
        ) : null}
        {phase === 'loading' && live.meta.get().phase !== 'failed' ? <Skeleton cluster={cluster} /> : null}
        {home === undefined ? null : (
          <>
            {isHeld(held) ? (
              <button type="button" className={classes['chip']} onClick={apply}>
                {heldChip(held)} — <strong>Apply</strong> <kbd className={controls['kbd']}>r</kbd>
              </button>
            ) : null}
            {causes.items.length === 0 ? <Calm home={home} live={trusted} missing={missing} /> : <Broken home={home} shown={causes} />}
            <div className={classes['halves']}>
              <MovedList items={moved.items} total={home.movedTotal} since={home.movedSince} waiting={moved.added} onApply={apply} />
              <CountsTable counts={home.counts} total={home.total} />
            </div>
            {home.flux === undefined ? null : <p className={classes['flux']}>{home.flux}</p>}
          </>
        )}
      </div>
      <Trust freshness={freshness} missing={phase === 'forbidden' ? [] : missing} />
      <p className="sr" role="status">{home === undefined ? '' : `${broken(home.causesTotal, home.waiting)}, ${formatCount(home.total)} objects. ${home.causes.map(({ ref }) => displayName(ref.namespace, ref.name)).slice(0, 5).join(', ')}`}</p>
    </>
  );
}
