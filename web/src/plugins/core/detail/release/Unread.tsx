// ConfigMaps and Secrets that this user may not get, each with the right that is missing.
import type { Missing } from '../../../../api/types';
import { Notice } from '../../../../ui/Notice';
import { RoleButton } from '../../../../ui/Trust';

export function Unread({ missing }: { readonly missing: readonly Missing[] }) {
  return missing.map(({ text, right, role }) => (
    <Notice key={text} title={text} icon="lock" tone="attn" actions={role === undefined ? null : <RoleButton role={role} />}>
      {right === undefined ? null : <>What is missing is the right <code>{right}</code>. Keys that only come from there are not listed.</>}
    </Notice>
  ));
}
