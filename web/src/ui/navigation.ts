// How components below the shell name places: the shell gives the address of a place and goes there.
import { createContext, useContext } from 'react';
import { home, type OpenObject, openObject, type Place } from '../lib/place';

export interface Navigation {
  readonly place: Place;
  readonly href: (place: Place) => string;
  readonly go: (place: Place, how?: 'push' | 'replace') => void;
}

export const NavigationContext = createContext<Navigation>({
  place: home,
  href: () => '',
  go: () => undefined,
});

export const useNavigation = (): Navigation => useContext(NavigationContext);

export function useObjectHref(): (open: OpenObject) => string {
  const { place, href } = useNavigation();
  return (open) => href(openObject(place, open));
}
