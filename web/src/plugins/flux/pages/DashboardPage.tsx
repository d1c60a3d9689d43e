// Flux at a glance: what is broken, what stands still by whose will, how many are in which state, and what was
// reconciled last.
import { useRef, useState } from 'react';
import type { Cause, Dashboard, Pass } from '../../../api/types';
import { heldItems } from '../../../lib/heldItems';
import { refKey } from '../../../lib/name';
import { formatCount } from '../../../lib/number';
import { broken, failed, heldChip } from '../../../lib/texts';
import { isHeld } from '../../../live/hold';
import { useLiveDashboard, useMeta } from '../../../live/hooks';
import { StatusIcon } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { Notice } from '../../../ui/Notice';
import { useNavigation } from '../../../ui/navigation';
import { useShortcut } from '../../../ui/shortcuts';
import { CauseList } from '../../../ui/summary/CauseList';
import { CountsTable } from '../../../ui/summary/CountsTable';
import summary from '../../../ui/summary/Summary.module.css';
import { Trust } from '../../../ui/Trust';
import classes from './DashboardPage.module.css';
import { Passes } from './Passes';
import { SuspendedList } from './SuspendedList';

const causeKey = ({ ref }: Cause): string => refKey(ref);
const passKey = (pass: Pass): string => `${refKey(pass.ref)} ${pass.at}`;

function Broken({ dashboard, shown }: { readonly dashboard: Dashboard; readonly shown: ReturnType<typeof heldItems<Cause>> }) {
  if (shown.items.length === 0) {
    const partly = dashboard.unknown.length > 0;
    return (
      <p className={summary['calm']}>
        <StatusIcon status={partly ? 'Unknown' : 'Ready'} />
        {partly ? 'Nothing of what is known is broken; not all kinds are.' : 'Nothing is broken.'}
      </p>
    );
  }
  return <CauseList items={shown.items} total={dashboard.causesTotal} waiting={dashboard.waiting} />;
}

function Counts({ dashboard }: { readonly dashboard: Dashboard }) {
  const some = dashboard.counts.filter(({ total }) => total > 0);
  const none = dashboard.counts.filter(({ total }) => total === 0).map(({ title }) => title);
  return (
    <div>
      <CountsTable counts={some} total={some.reduce((sum, { total }) => sum + total, 0)} unknown={dashboard.unknown} />
      {none.length === 0 ? null : <p className={summary['none']}>None: {none.join(', ')}.</p>}
    </div>
  );
}

export function DashboardPage() {
  const meta = useMeta();
  const { place } = useNavigation();
  const { store, snapshot } = useLiveDashboard('flux', place.ns);
  const { value, phase, problem, missing, freshness } = snapshot;
  const [frozen, setFrozen] = useState<Dashboard>();
  const root = useRef<HTMLDivElement>(null);
  const causes = heldItems(frozen?.causes, value?.causes ?? [], causeKey);
  const passes = heldItems(frozen?.passes, value?.passes ?? [], passKey);
  const held = { added: causes.added + passes.added, gone: causes.gone, moved: causes.moved };
  const apply = (): void => {
    setFrozen(frozen === undefined ? undefined : value);
  };
  useShortcut({ group: 'List', keys: ['r'], text: 'apply the changes that wait', run: () => { apply(); return frozen !== undefined; } });
  const served = meta?.sections.some(({ id }) => id === 'flux') ?? true;
  return (
    <>
      <div
        ref={root}
        className={classes['page']}
        onPointerEnter={(event) => { if (event.pointerType !== 'touch') setFrozen(value); }}
        onPointerLeave={() => { setFrozen(undefined); }}
      >
        <h1 className="sr">Flux{place.ns === '' ? '' : ` in ${place.ns}`}</h1>
        {phase === 'failed' && problem !== undefined ? (
          <Notice tone="bad" icon="warning" title={failed('the state of Flux', problem)} actions={<button type="button" className={controls['button']} onClick={store.retry}>Retry</button>}>
            {problem.hint}
          </Notice>
        ) : null}
        {served ? null : <Notice title="This cluster has no Flux." icon="info">It appears here by itself once the cluster serves its kinds.</Notice>}
        {phase === 'loading' ? <p className={summary['none']} role="status" aria-label="Reading what Flux does">Reading…</p> : null}
        {value === undefined || !served ? null : (
          <>
            {isHeld(held) ? (
              <button type="button" className={summary['chip']} onClick={apply}>
                {heldChip(held)} — <strong>Apply</strong> <kbd className={controls['kbd']}>r</kbd>
              </button>
            ) : null}
            <Broken dashboard={value} shown={causes} />
            <SuspendedList suspended={value.suspended} total={value.suspendedTotal} counts={value.counts} />
            <div className={summary['halves']}>
              <Passes items={passes.items} />
              <Counts dashboard={value} />
            </div>
          </>
        )}
      </div>
      <Trust freshness={freshness} missing={missing} />
      <p className="sr" role="status">{value === undefined ? '' : `${broken(value.causesTotal, value.waiting)}, ${formatCount(value.suspendedTotal)} suspended.`}</p>
    </>
  );
}
