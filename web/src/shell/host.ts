// What a plugin of the page is: pages by path. Lists, columns and sections come from the server and need none.
import { type ComponentType, createContext } from 'react';

export interface PageDef {
  /** The path behind the base path; '' is Home. */
  readonly path: string;
  readonly title: string;
  readonly component: ComponentType;
  /** Whether it can be shown around an object of that group: its place's focus. */
  readonly around?: (group: string) => boolean;
  /** Has an entry of its own in the menu's foot or head, or first in the section of that id. */
  readonly menu?: 'head' | 'foot' | { readonly section: string };
}

/** The pages there are, for the menus. */
export const PagesContext = createContext<readonly PageDef[]>([]);

export interface Plugin {
  readonly id: string;
  readonly pages: readonly PageDef[];
  readonly list?: ComponentType<{ readonly table: string }>;
  readonly object?: ComponentType<{ readonly table: string; readonly namespace: string; readonly name: string; readonly full: boolean }>;
}

export interface Registry {
  readonly pages: readonly PageDef[];
  readonly list: NonNullable<Plugin['list']>;
  readonly object: NonNullable<Plugin['object']>;
}

/** Two plugins that want the same are a mistake of the build: the start ends with a sentence that names them. */
export function register(plugins: readonly Plugin[]): Registry {
  const ids = new Set<string>();
  const paths = new Map<string, string>();
  for (const { id, pages } of plugins) {
    if (ids.has(id)) throw new Error(`Two plugins are called "${id}".`);
    ids.add(id);
    for (const { path } of pages) {
      const other = paths.get(path);
      if (other !== undefined) throw new Error(`The plugins "${other}" and "${id}" both have a page at "${path}".`);
      paths.set(path, id);
    }
  }
  const only = <T>(what: string, found: readonly (T | undefined)[]): T => {
    const given = found.filter((item): item is T & {} => item !== undefined);
    const [first] = given;
    if (first === undefined || given.length > 1) throw new Error(`Exactly one plugin has to bring the ${what} page, ${given.length} do.`);
    return first;
  };
  return {
    pages: plugins.flatMap(({ pages }) => pages),
    list: only('list', plugins.map(({ list }) => list)),
    object: only('object', plugins.map(({ object }) => object)),
  };
}
