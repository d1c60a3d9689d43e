// What stands where content would: what, why, next step. Never an illustration. Commands in its text can be copied.
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons';
import classes from './Notice.module.css';
import { TextWithCommands } from './TextWithCommands';

interface NoticeProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly icon?: IconName;
  readonly tone?: 'plain' | 'attn' | 'bad';
}

export function Notice({ title, children, actions, icon = 'info', tone = 'plain' }: NoticeProps) {
  return (
    <div className={classes['notice']} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icon} />
      <div className={classes['body']}>
        <p className={classes['title']}>{title}</p>
        {children === undefined || children === null ? null : <div className={classes['text']}>{typeof children === 'string' ? <TextWithCommands text={children} /> : children}</div>}
        {actions === undefined || actions === null ? null : <div className={classes['actions']}>{actions}</div>}
      </div>
    </div>
  );
}
