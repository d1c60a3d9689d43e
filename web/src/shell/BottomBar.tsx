// The phone's navigation.
import { goTo } from '../lib/place';
import { Icon, type IconName } from '../ui/icons';
import { useNavigation } from '../ui/navigation';
import classes from './BottomBar.module.css';

const entries: readonly { readonly path: string; readonly title: string; readonly icon: IconName }[] = [
  { path: '', title: 'Home', icon: 'home' },
  { path: 'lists', title: 'Lists', icon: 'rows' },
];

export function BottomBar({ onGo }: { readonly onGo: () => void }) {
  const { place, href } = useNavigation();
  const at = place.page.kind === 'list' ? 'lists' : place.page.path;
  const link = (path: string, title: string, icon: IconName) => (
    <a key={path} className={classes['entry']} href={href(goTo(place, { kind: 'plain', path }))} aria-current={at === path ? 'page' : undefined}>
      <Icon name={icon} size={18} />
      {title}
    </a>
  );
  return (
    <nav className={classes['bar']} aria-label="Pages">
      {entries.map(({ path, title, icon }) => link(path, title, icon))}
      <button type="button" className={classes['entry']} onClick={onGo} aria-haspopup="dialog">
        <Icon name="search" size={18} />
        Go to
      </button>
      {link('me', 'Me', 'user')}
    </nav>
  );
}
