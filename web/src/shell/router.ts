// The address bar as a store. Links of the page are plain links; a click on one is taken over here.
import { Emitter } from '../lib/emitter';
import { formatPlace, parsePlace, type Place } from '../lib/place';

export class Router extends Emitter {
  readonly #base: URL;
  #place: Place;

  constructor(base: string) {
    super();
    this.#base = new URL(base);
    this.#place = this.#read();
  }

  readonly get = (): Place => this.#place;

  readonly href = (place: Place): string => this.#base.pathname + formatPlace(place);

  readonly go = (place: Place, how: 'push' | 'replace' = 'push'): void => {
    const href = this.href(place);
    if (href === location.pathname + location.search) return;
    if (how === 'push') history.pushState(null, '', href);
    else history.replaceState(null, '', href);
    this.#changed();
  };

  listen(): void {
    addEventListener('popstate', () => {
      this.#changed();
    });
    document.addEventListener('click', (event) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const anchor = event.target instanceof Element ? event.target.closest('a') : null;
      if (anchor?.target !== '' || anchor.hasAttribute('download')) return;
      const url = new URL(anchor.href);
      if (url.origin !== this.#base.origin || !url.pathname.startsWith(this.#base.pathname)) return;
      event.preventDefault();
      this.go(this.#parse(url));
    });
  }

  #parse(url: URL | Location): Place {
    const path = url.pathname.startsWith(this.#base.pathname) ? url.pathname.slice(this.#base.pathname.length) : '';
    return parsePlace(path, url.search);
  }

  #read(): Place {
    return this.#parse(location);
  }

  #changed(): void {
    this.#place = this.#read();
    this.emit();
  }
}
