import { useContext } from 'react';
import type { Detail } from '../../../api/types';
import { displayName } from '../../../lib/name';
import { goTo, nodeKey } from '../../../lib/place';
import { PagesContext } from '../../../shell/host';
import { Status } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { CopyButton } from '../../../ui/CopyButton';
import { Icon } from '../../../ui/icons';
import { useNavigation } from '../../../ui/navigation';
import { Time } from '../../../ui/Time';
import { useNarrow } from '../../../ui/useMedia';
import classes from './ObjectPane.module.css';

interface ObjectHeaderProps {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly detail: Detail | undefined;
  readonly full: boolean;
  readonly gone: boolean;
  readonly onClose: () => void;
}

export function ObjectHeader({ kind, namespace, name, detail, full, gone, onClose }: ObjectHeaderProps) {
  const { place, go, href } = useNavigation();
  const group = detail?.ref.group;
  const around = useContext(PagesContext).filter((page) => group !== undefined && page.around?.(group) === true);
  const narrow = useNarrow();
  const status = detail?.status;
  const Title = full ? 'h1' : 'h2';
  return (
    <div className={classes['header']}>
      <div className={classes['line']}>
        {full ? (
          <button type="button" className={controls['icon']} onClick={onClose} aria-label="Back" data-tip="Back (Esc)">
            <Icon name="back" />
          </button>
        ) : null}
        <span className={classes['kind']}>{kind}</span>
        {status === undefined ? null : (
          <span className={classes['state']}>
            <Status cell={status} />
            {status.since === undefined ? null : (
              <span className="dim">
                <Time at={status.since} exact={status.sinceExact ?? true} as="age" />
              </span>
            )}
          </span>
        )}
        {gone && detail !== undefined ? <span className={classes['gone']}>gone</span> : null}
        <span className={classes['space']} />
        {around.map(({ path, title }) => (
          <a key={path} className={controls['icon']} href={href({ ...goTo({ ...place, ns: '' }, { kind: 'plain', path }), focus: nodeKey({ kind, namespace, name }) })} aria-label={`${title} around this object`} data-tip={`${title} around this object`}>
            <Icon name="graph" />
          </a>
        ))}
        {narrow ? null : (
          <button type="button" className={controls['icon']} onClick={() => { go({ ...place, full: !place.full }); }} aria-label={full ? 'Show beside the list' : 'Open as a page'} data-tip={full ? 'Show beside the list (o)' : 'Open as a page (o)'}>
            <Icon name={full ? 'side' : 'expand'} />
          </button>
        )}
        {full ? null : (
          <button type="button" className={controls['icon']} onClick={onClose} aria-label="Close" data-tip="Close (Esc)">
            <Icon name="close" />
          </button>
        )}
      </div>
      <div className={classes['nameLine']}>
        <Title className={classes['name']}>
          {namespace === '' ? null : <span className={classes['namespace']}>{namespace}/</span>}
          {name}
        </Title>
        <CopyButton text={displayName(namespace, name)} label="Copy the name" />
      </div>
    </div>
  );
}
