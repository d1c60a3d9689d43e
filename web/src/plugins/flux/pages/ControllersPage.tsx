// What reconciles Flux's objects: its controllers, what nobody reconciles, what the next upgrade needs, which APIs are served.
import type { Controllers, Unwatched } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { failed } from '../../../lib/texts';
import { useLiveControllers, useMeta } from '../../../live/hooks';
import { StatusIcon } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { Icon } from '../../../ui/icons';
import { Notice } from '../../../ui/Notice';
import { TextWithCommands } from '../../../ui/TextWithCommands';
import summary from '../../../ui/summary/Summary.module.css';
import { Trust } from '../../../ui/Trust';
import { ApisTable } from './ApisTable';
import { ControllerRow } from './ControllerRow';
import classes from './ControllersPage.module.css';
import { NamedObjects } from './NamedObjects';
import { UpgradeNeeds } from './UpgradeNeeds';

function Summary({ value }: { readonly value: Controllers }) {
  const { state, installations, notes } = value;
  return (
    <section aria-label="Summary" className={classes['summary']}>
      <p className={classes['headline']}>
        <StatusIcon status={state} label />
        <strong>{value.summary}</strong>
      </p>
      {installations.length === 0 ? null : (
        <ul className={classes['installations']}>
          {installations.map(({ namespace, version, knownBy }) => (
            <li key={namespace}>
              Flux {version === undefined ? 'of a version that is not known' : <strong>{version}</strong>} in {namespace}
              {knownBy === undefined ? null : <span className="dim"> by {knownBy}</span>}
            </li>
          ))}
        </ul>
      )}
      {notes.map(({ attention, text }) => (
        <p key={text} className={classes['note']} data-attention={attention}>
          <Icon name={attention ? 'warning' : 'info'} />
          <span>{text}</span>
        </p>
      ))}
    </section>
  );
}

function UnwatchedList({ items }: { readonly items: readonly Unwatched[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-label="Nobody reconciles" className={classes['section']}>
      <header className={summary['head']}>
        <h2>Nobody reconciles</h2>
        <span className={summary['sum']}>{formatCount(items.reduce((sum, { total }) => sum + total, 0))}</span>
      </header>
      <ul>
        {items.map((item) => (
          <li key={item.text} className={classes['need']}>
            <p><StatusIcon status="Failed" label /> <span>{item.text}</span></p>
            <NamedObjects of={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Report({ value }: { readonly value: Controllers }) {
  return (
    <>
      <Summary value={value} />
      <section aria-label="Controllers" className={classes['section']}>
        <header className={summary['head']}><h2>Controllers</h2></header>
        <ul>
          {value.controllers.map((one) => <ControllerRow key={`${one.ref?.namespace ?? ''}/${one.ref?.name ?? one.component}`} controller={one} />)}
        </ul>
      </section>
      <UnwatchedList items={value.unwatched} />
      <section aria-label="Next upgrade" className={classes['section']}>
        <header className={summary['head']}><h2>Next upgrade</h2></header>
        <p className={classes['sentence']}><TextWithCommands text={value.upgrade} /></p>
        <UpgradeNeeds needs={value.needs} />
      </section>
      <ApisTable apis={value.apis} />
    </>
  );
}

export function ControllersPage() {
  const meta = useMeta();
  const { store, snapshot } = useLiveControllers('flux');
  const { value, phase, problem, missing, freshness } = snapshot;
  const served = meta?.sections.some(({ id }) => id === 'flux') ?? true;
  return (
    <>
      <div className={classes['page']}>
        <h1 className="sr">Controllers of Flux</h1>
        {phase === 'failed' && problem !== undefined ? (
          <Notice tone="bad" icon="warning" title={failed('the controllers of Flux', problem)} actions={<button type="button" className={controls['button']} onClick={store.retry}>Retry</button>}>
            {problem.hint}
          </Notice>
        ) : null}
        {served ? null : (
          <Notice title="This cluster has no Flux." icon="info">
            {'Install it with `flux install`, or bootstrap it from Git with `flux bootstrap`. Its controllers appear here by themselves.'}
          </Notice>
        )}
        {phase === 'loading' ? <p className={summary['none']} role="status" aria-label="Reading what runs of Flux">Reading…</p> : null}
        {value === undefined || !served ? null : <Report value={value} />}
      </div>
      <Trust freshness={freshness} missing={missing} />
    </>
  );
}
