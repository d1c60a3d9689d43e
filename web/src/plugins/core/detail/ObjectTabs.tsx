import { Tabs } from '@mantine/core';
import type { Detail } from '../../../api/types';
import { formatCount } from '../../../lib/number';
import { useNavigation } from '../../../ui/navigation';
import { Logs } from '../logs/Logs';
import { Events } from './Events';
import { InventoryTree } from './InventoryTree';
import classes from './ObjectPane.module.css';
import { Overview } from './Overview';
import { Related, relatedCount } from './Related';
import { ManifestObjects } from './release/ManifestObjects';
import { ReleaseTab } from './release/ReleaseTab';
import { ValuesTab } from './release/ValuesTab';
import { Variables } from './Variables';
import { Yaml } from './Yaml';

const ids = ['overview', 'inventory', 'values', 'release', 'variables', 'conditions', 'events', 'related', 'logs', 'controller', 'yaml'] as const;

interface ObjectTabsProps {
  readonly table: string;
  readonly detail: Detail;
  readonly answers: number;
}

export function ObjectTabs({ table, detail, answers }: ObjectTabsProps) {
  const { place, go } = useNavigation();
  const { inventory, ref, hasPods = false, controller } = detail;
  const { namespace, name } = ref;
  const isRelease = ref.kind === 'HelmRelease' && ref.group === 'helm.toolkit.fluxcd.io';
  const isSubstituted = ref.kind === 'Kustomization' && ref.group === 'kustomize.toolkit.fluxcd.io' && detail.sections.some(({ id }) => id === 'substitutions');
  const there: Partial<Record<string, boolean>> = { inventory: inventory !== undefined, values: isRelease, release: isRelease, variables: isSubstituted, logs: hasPods, controller: controller !== undefined };
  const tab = ids.find((id) => id === place.tab && there[id] !== false) ?? 'overview';
  const warnings = detail.events.filter(({ type }) => type === 'Warning').length;
  const count = (value: number) => <span className={classes['count']}>{formatCount(value)}</span>;
  return (
    <Tabs value={tab} onChange={(next) => { go({ ...place, tab: next === 'overview' ? '' : (next ?? '') }, 'replace'); }} classNames={{ root: classes['tabs'] ?? '', list: classes['tabList'] ?? '', tab: classes['tab'] ?? '', panel: classes['panel'] ?? '' }} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="overview">Overview</Tabs.Tab>
        {inventory === undefined ? null : <Tabs.Tab value="inventory">Inventory {count(inventory.total)}</Tabs.Tab>}
        {isRelease ? <Tabs.Tab value="values">Values</Tabs.Tab> : null}
        {isRelease ? <Tabs.Tab value="release">Release</Tabs.Tab> : null}
        {isSubstituted ? <Tabs.Tab value="variables">Variables</Tabs.Tab> : null}
        <Tabs.Tab value="conditions">Conditions {count(detail.conditions.length)}</Tabs.Tab>
        <Tabs.Tab value="events">Events {warnings > 0 ? <span className={classes['warnings']}>{formatCount(warnings)} warning{warnings === 1 ? '' : 's'}</span> : count(detail.events.length)}</Tabs.Tab>
        <Tabs.Tab value="related">Related {count(relatedCount(detail))}</Tabs.Tab>
        {hasPods ? <Tabs.Tab value="logs">Logs</Tabs.Tab> : null}
        {controller === undefined ? null : <Tabs.Tab value="controller">Controller log</Tabs.Tab>}
        <Tabs.Tab value="yaml">YAML</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="overview" tabIndex={0}>
        <Overview detail={detail} />
      </Tabs.Panel>
      {inventory === undefined ? null : (
        <Tabs.Panel value="inventory" tabIndex={0}>
          <InventoryTree key={`${table} ${namespace}/${name}`} table={table} namespace={namespace} name={name} />
          {isRelease && !inventory.told ? <ManifestObjects key={`${namespace}/${name}`} namespace={namespace} name={name} /> : null}
        </Tabs.Panel>
      )}
      {isRelease ? (
        <>
          <Tabs.Panel value="values" tabIndex={0}>
            <ValuesTab key={`${namespace}/${name}`} namespace={namespace} name={name} />
          </Tabs.Panel>
          <Tabs.Panel value="release" tabIndex={0}>
            <ReleaseTab key={`${namespace}/${name}`} namespace={namespace} name={name} />
          </Tabs.Panel>
        </>
      ) : null}
      {isSubstituted ? (
        <Tabs.Panel value="variables" tabIndex={0}>
          <Variables key={`${namespace}/${name}`} namespace={namespace} name={name} />
        </Tabs.Panel>
      ) : null}
      <Tabs.Panel value="conditions" tabIndex={0}>
        <Overview detail={detail} only="conditions" />
      </Tabs.Panel>
      <Tabs.Panel value="events" tabIndex={0}>
        <Events events={detail.events} freshness={detail.eventsFreshness} />
      </Tabs.Panel>
      <Tabs.Panel value="related" tabIndex={0}>
        <Related detail={detail} />
      </Tabs.Panel>
      {hasPods ? (
        <Tabs.Panel value="logs">
          <Logs key={`${table} ${namespace}/${name}`} table={table} namespace={namespace} name={name} />
        </Tabs.Panel>
      ) : null}
      {controller === undefined ? null : (
        <Tabs.Panel value="controller">
          <Logs key={`${table} ${namespace}/${name}`} table={table} namespace={namespace} name={name} controller={controller} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="yaml" tabIndex={0}>
        <Yaml key={`${table} ${namespace}/${name}`} table={table} namespace={namespace} name={name} answers={answers} />
      </Tabs.Panel>
    </Tabs>
  );
}
