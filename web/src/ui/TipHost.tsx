// One tip for the whole page: whatever carries data-tip shows it on hover and on focus; data-tip-cut only when the
// text did not fit. One element instead of a thousand listeners.
import { useEffect, useState } from 'react';
import classes from './TipHost.module.css';

interface Tip {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly above: boolean;
}

const delayMs = 350;

function isCut(element: Element): boolean {
  return [element, ...element.querySelectorAll('*')].some((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0);
}

/** What stands for an element that has no tip itself: its child, and for a row on which the keys stand, its message. */
const within = ':scope > [data-tip], :scope > [data-type="message"] > [data-tip-cut]';

function tipOf(target: EventTarget | null): { element: Element; text: string } | undefined {
  if (!(target instanceof Element)) return undefined;
  const element = target.closest('[data-tip], [data-tip-cut]') ?? target.querySelector(within);
  if (element === null) return undefined;
  const text = element.getAttribute('data-tip') ?? (isCut(element) ? element.getAttribute('data-tip-cut') : null);
  return text === null || text === '' ? undefined : { element, text };
}

export function TipHost() {
  const [tip, setTip] = useState<Tip>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      setTip(undefined);
    };
    const show = (event: Event): void => {
      clearTimeout(timer);
      const found = tipOf(event.target);
      if (found === undefined || (event.type === 'focusin' && !found.element.matches(':focus-visible, :focus-visible *'))) {
        setTip(undefined);
        return;
      }
      timer = setTimeout(() => {
        const box = found.element.getBoundingClientRect();
        if (box.width === 0) return; // it left while the pointer rested
        const above = box.bottom + 80 > innerHeight;
        const x = Math.max(8, Math.min(box.left, innerWidth - 380));
        setTip({ text: found.text, x, y: above ? innerHeight - box.top + 4 : box.bottom + 4, above });
      }, delayMs);
    };
    document.addEventListener('pointerover', show);
    document.addEventListener('focusin', show);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('focusout', hide);
    document.addEventListener('scroll', hide, true);
    document.addEventListener('keydown', hide);
    return () => {
      hide();
      document.removeEventListener('pointerover', show);
      document.removeEventListener('focusin', show);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('scroll', hide, true);
      document.removeEventListener('keydown', hide);
    };
  }, []);
  if (tip === undefined) return null;
  return (
    <div role="tooltip" className={classes['tip']} style={tip.above ? { left: tip.x, bottom: tip.y } : { left: tip.x, top: tip.y }}>
      {tip.text}
    </div>
  );
}
