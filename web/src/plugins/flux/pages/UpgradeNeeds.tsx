// What has to be done before a release of Flux, the next one first.
import type { UpgradeNeed } from '../../../api/types';
import { Icon } from '../../../ui/icons';
import { TextWithCommands } from '../../../ui/TextWithCommands';
import classes from './ControllersPage.module.css';
import { NamedObjects } from './NamedObjects';

export function UpgradeNeeds({ needs }: { readonly needs: readonly UpgradeNeed[] }) {
  const releases = [...new Set(needs.map(({ release }) => release))];
  return releases.map((release) => {
    const here = needs.filter((need) => need.release === release);
    const next = here.some((need) => need.next);
    return (
      <section key={release} aria-label={`Before Flux ${release}`} className={classes['release']}>
        <h3 data-next={next}>
          <Icon name={next ? 'warning' : 'info'} />
          Before Flux {release}{next ? '' : <span className="dim">, later</span>}
        </h3>
        <ul>
          {here.map((need) => (
            <li key={`${need.table} ${need.version} ${need.text}`} className={classes['need']}>
              <p><span><TextWithCommands text={need.text} /></span></p>
              <NamedObjects of={need} />
            </li>
          ))}
        </ul>
      </section>
    );
  });
}
