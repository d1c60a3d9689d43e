// Stands in an open dialog: Escape closes that, and not the object behind it too.
import { useShortcut } from './shortcuts';

export function EscapeCloses({ onClose }: { readonly onClose: () => void }) {
  useShortcut({
    group: 'Anywhere',
    keys: ['Escape'],
    text: 'close the dialog',
    always: true,
    run: () => {
      onClose();
      return true;
    },
  });
  return null;
}
