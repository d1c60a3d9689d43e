// Which versions of Flux's kinds are served and stored, and when they go.
import type { ServedApi } from '../../../api/types';
import { unknown } from '../../../lib/number';
import { goTo } from '../../../lib/place';
import { useNavigation } from '../../../ui/navigation';
import summary from '../../../ui/summary/Summary.module.css';
import controls from '../../../ui/controls.module.css';
import classes from './ControllersPage.module.css';

function Versions({ api: { versions } }: { readonly api: ServedApi }) {
  return (
    <span className={classes['versions']}>
      {versions.map(({ name, deprecated, removedIn }) => (
        <span key={name}>
          <span className="mono">{name}</span>
          {deprecated === true || removedIn !== undefined ? (
            <span className={controls['badge']}>{[deprecated === true ? 'deprecated' : '', removedIn === undefined ? '' : `gone in Flux ${removedIn}`].filter((part) => part !== '').join(', ')}</span>
          ) : null}
        </span>
      ))}
    </span>
  );
}

export function ApisTable({ apis }: { readonly apis: readonly ServedApi[] }) {
  const { place, href } = useNavigation();
  return (
    <section aria-label="APIs" className={classes['section']}>
      <header className={summary['head']}>
        <h2>APIs</h2>
        <span className={summary['sum']}>the preferred version first</span>
      </header>
      <div className={classes['apis']}>
        <table>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Served</th>
              <th scope="col" data-tip="status.storedVersions of its definition">Stored</th>
              <th scope="col" className={classes['group']}>Group</th>
            </tr>
          </thead>
          <tbody>
            {apis.map((api) => (
              <tr key={api.table}>
                <th scope="row"><a href={href(goTo(place, { kind: 'list', table: api.table }))}>{api.title}</a></th>
                <td><Versions api={api} /></td>
                <td className="mono">{api.stored === undefined ? <span className="dim" data-tip="not known">{unknown}</span> : api.stored.join(', ')}</td>
                <td className={classes['group']}>{api.group}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
