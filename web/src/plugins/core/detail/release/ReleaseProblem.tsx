// Why a release cannot be shown; a missing right with the Role that would give it.
import type { Problem } from '../../../../api/types';
import { failed, missingRight } from '../../../../lib/texts';
import controls from '../../../../ui/controls.module.css';
import { Notice } from '../../../../ui/Notice';
import { RoleButton } from '../../../../ui/Trust';

export function ReleaseProblem({ problem, what, onRetry }: { readonly problem: Problem; readonly what: string; readonly onRetry: () => void }) {
  const role = problem.params?.['role'];
  const right = problem.params?.['right'];
  if (right !== undefined) {
    return (
      <Notice title={problem.text} icon="lock" tone="attn" actions={role === undefined ? null : <RoleButton role={role} />}>
        {missingRight(right)} {problem.hint}
      </Notice>
    );
  }
  if (problem.code === 'not_found' || problem.code === 'unsupported') return <Notice title={problem.text}>{problem.hint}</Notice>;
  return (
    <Notice title={failed(what, problem)} tone="bad" icon="warning" actions={<button type="button" className={controls['button']} onClick={onRetry}>Retry</button>}>
      {problem.hint}
    </Notice>
  );
}
