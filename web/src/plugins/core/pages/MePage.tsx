// Who I am here, and how this page behaves on this device.
import { useSyncExternalStore } from 'react';
import { goTo } from '../../../lib/place';
import { type Density, density, type Theme, theme, type Zone, zone } from '../../../lib/store';
import { useMeta } from '../../../live/hooks';
import { useNavigation } from '../../../ui/navigation';
import classes from './PlainPage.module.css';

interface ChoiceProps<T extends string> {
  readonly title: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ title, value, options, onChange }: ChoiceProps<T>) {
  return (
    <fieldset className={classes['choice']}>
      <legend>{title}</legend>
      {options.map(([id, text]) => (
        <label key={id}>
          <input type="radio" name={title} checked={id === value} onChange={() => { onChange(id); }} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

const themes: ChoiceProps<Theme>['options'] = [['auto', 'As the system'], ['light', 'Light'], ['dark', 'Dark']];
const densities: ChoiceProps<Density>['options'] = [['dense', 'Dense'], ['comfortable', 'Roomier']];
const zones: ChoiceProps<Zone>['options'] = [['local', 'Local time'], ['utc', 'UTC']];

export function MePage() {
  const meta = useMeta();
  const { place, href } = useNavigation();
  const look = useSyncExternalStore(theme.subscribe, theme.get);
  const rows = useSyncExternalStore(density.subscribe, density.get);
  const times = useSyncExternalStore(zone.subscribe, zone.get);
  return (
    <div className={classes['page']}>
      <h1>Me and this page</h1>
      <dl className={classes['facts']}>
        <dt>User</dt>
        <dd>{meta?.user ?? '–'}</dd>
        <dt>Cluster</dt>
        <dd>{meta?.cluster.name ?? '–'}</dd>
        <dt>API server</dt>
        <dd className={classes['wrap']}>{meta?.cluster.server ?? '–'}</dd>
        <dt>Kubernetes</dt>
        <dd>{meta?.cluster.version ?? '–'}</dd>
        <dt>Masthead</dt>
        <dd>
          {meta?.version ?? '–'}
          {meta?.readOnly === true ? ', read-only' : ''}
        </dd>
      </dl>
      <Choice title="Theme" value={look} options={themes} onChange={theme.set} />
      <Choice title="Rows" value={rows} options={densities} onChange={density.set} />
      <Choice title="Times" value={times} options={zones} onChange={zone.set} />
      <p>
        <a href={href(goTo(place, { kind: 'plain', path: 'licenses' }))}>Licences of third parties</a>
      </p>
    </div>
  );
}
