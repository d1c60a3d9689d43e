import { Modal } from '@mantine/core';
import { type Shortcut, shortcuts } from '../ui/shortcuts';
import controls from '../ui/controls.module.css';
import classes from './ShortcutsHelp.module.css';

const groups = ['Anywhere', 'List', 'Object'] as const;
const signs: Readonly<Record<string, string>> = { ' ': 'Space', Escape: 'Esc', ArrowDown: '↓', ArrowUp: '↑', PageDown: 'Page ↓', PageUp: 'Page ↑' };

/** The registered keys, each sentence once, with all its keys. */
function lines(group: Shortcut['group']): { text: string; keys: string[] }[] {
  const byText = new Map<string, Set<string>>();
  for (const { group: of, text, keys } of shortcuts()) {
    if (of !== group) continue;
    const known = byText.get(text) ?? new Set<string>();
    for (const key of keys) known.add(key);
    byText.set(text, known);
  }
  return [...byText].map(([text, keys]) => ({ text, keys: [...keys] }));
}

export function ShortcutsHelp({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys on this page" size={560} closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened
        ? groups.map((group) => {
            const found = lines(group);
            if (found.length === 0) return null;
            return (
              <section key={group} className={classes['group']}>
                <h3>{group}</h3>
                <dl className={classes['keys']}>
                  {found.map(({ text, keys }) => (
                    <div key={text}>
                      <dt>
                        {keys.map((key) => (
                          <kbd key={key} className={controls['kbd']}>{signs[key] ?? key}</kbd>
                        ))}
                      </dt>
                      <dd>{text}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            );
          })
        : null}
    </Modal>
  );
}
