// What a list says when it has no rows to show, or not yet: each case its own sentence.
import type { TableInfo } from '../../../api/types';
import { absentHint, absentTable, elsewhere, emptyByFilter, emptyList, failed, forbidden, loading, missingRight, withoutFilter } from '../../../lib/texts';
import type { ListSnapshot } from '../../../live/listStore';
import controls from '../../../ui/controls.module.css';
import { CopyButton } from '../../../ui/CopyButton';
import { Notice } from '../../../ui/Notice';
import { RoleButton } from '../../../ui/Trust';
import { useWaited } from '../../../ui/useDelayed';
import classes from './ListPage.module.css';

interface ListStateProps {
  readonly info: TableInfo;
  readonly list: ListSnapshot;
  readonly q: string;
  readonly ns: string;
  readonly cluster: string;
  readonly onRetry: () => void;
  readonly onClear: () => void;
  readonly onAllNamespaces: () => void;
}

function Loading({ cluster }: { readonly cluster: string }) {
  const ms = useWaited();
  return ms === 0 ? null : (
    <p className={classes['waiting']} role="status">
      {loading(cluster, ms)}
    </p>
  );
}

function Forbidden({ info, list, ns }: Pick<ListStateProps, 'info' | 'list' | 'ns'>) {
  const found = list.missing.find(({ right }) => right !== undefined) ?? list.missing[0];
  return (
    <Notice title={forbidden(info.title, ns)} icon="lock" tone="attn" actions={found?.role === undefined ? null : <RoleButton role={found.role} />}>
      {found?.right === undefined ? (list.problem?.text ?? list.freshness?.cause?.text ?? found?.text) : missingRight(found.right)}
    </Notice>
  );
}

function Empty({ info, list, q, ns, onClear, onAllNamespaces }: ListStateProps) {
  const button = (text: string, onClick: () => void) => (
    <button type="button" className={controls['button']} onClick={onClick}>
      {text}
    </button>
  );
  if (q.trim() !== '') {
    const terms = ns === '' ? q.trim() : `${q.trim()} in ${ns}`;
    return (
      <Notice title={emptyByFilter(terms)} icon="search" actions={button('Clear the filter', onClear)}>
        {list.unfiltered === undefined ? null : withoutFilter(list.unfiltered)}
      </Notice>
    );
  }
  if (ns !== '') {
    const others = list.elsewhere ?? list.unfiltered;
    return (
      <Notice title={emptyList(info.title, ns)} actions={others === undefined || others === 0 ? null : button('Show all namespaces', onAllNamespaces)}>
        {others === undefined ? null : elsewhere(others)}
      </Notice>
    );
  }
  return <Notice title={list.missing.length > 0 ? `No ${info.title} where you may look.` : emptyList(info.title, '')} />;
}

export function ListState(props: ListStateProps) {
  const { info, list, cluster, ns, onRetry } = props;
  switch (list.phase) {
    case 'loading':
      return <Loading cluster={cluster} />;
    case 'forbidden':
      return <Forbidden info={info} list={list} ns={ns} />;
    case 'absent':
      return (
        <Notice title={list.freshness?.cause?.text ?? absentTable(info.title)}>
          {list.freshness?.cause?.hint ?? absentHint}
        </Notice>
      );
    case 'failed': {
      const problem = list.problem ?? list.freshness?.cause ?? { code: 'internal' as const, text: 'the server did not say why' };
      return (
        <Notice
          tone="bad"
          icon="warning"
          title={failed(info.title, problem)}
          actions={
            <>
              <button type="button" className={controls['button']} onClick={onRetry}>Retry</button>
              <CopyButton withWord label="Copy details" text={`${problem.code}: ${problem.text}${problem.hint === undefined ? '' : `\n${problem.hint}`}`} />
            </>
          }
        >
          {problem.hint}
        </Notice>
      );
    }
    case 'ready':
      return list.length === 0 ? <Empty {...props} /> : null;
  }
}
