import { describe, expect, it } from 'vitest';
import { closeObject, formatPlace, goTo, home, openObject, parsePlace, type Place } from './place';

const round = (place: Place): Place => {
  const text = formatPlace(place);
  const at = text.indexOf('?');
  return at < 0 ? parsePlace(text, '') : parsePlace(text.slice(0, at), text.slice(at));
};

describe('the address', () => {
  it('reproduces the view', () => {
    const places: Place[] = [
      home,
      { ...home, ns: 'shop' },
      { ...home, page: { kind: 'list', table: 'kustomizations.kustomize.toolkit.fluxcd.io' }, ns: 'shop', q: 'status:failed a&b=c #1 +%', sort: { column: 'age', descending: true } },
      { ...home, page: { kind: 'list', table: 'nodes' }, open: { table: 'nodes', namespace: '', name: 'node-1' }, tab: 'yaml', full: true },
      { ...home, page: { kind: 'list', table: 'roles' }, open: { table: 'clusterroles', namespace: '', name: 'system:node & co' } },
      { ...home, page: { kind: 'plain', path: 'licenses' } },
      { ...home, page: { kind: 'plain', path: 'flux/graph' }, q: 'ns:shop', focus: 'Kustomization/shop/web', unfolded: ['ns/shop', 'Kustomization/shop/a'], tree: true },
    ];
    for (const place of places) expect(round(place)).toEqual(place);
  });
  it('is readable', () => {
    expect(formatPlace(openObject({ ...home, page: { kind: 'list', table: 'pods' }, q: 'status:failed' }, { table: 'pods', namespace: 'shop', name: 'cart' }))).toBe('list/pods?q=status:failed&open=pods/shop/cart');
  });
  it('survives what a person broke', () => {
    expect(parsePlace('list/%E0%A4%A', '').page.kind).toBe('plain');
    expect(parsePlace('', '?open=a/b&tab=yaml&full=1')).toEqual(home);
    expect(parsePlace('', '?open=pods/shop/&sort=-')).toEqual(home);
    expect(parsePlace('list/pods/more', '').page).toEqual({ kind: 'plain', path: 'list/pods/more' });
  });
  it('keeps only the namespace when going to another page', () => {
    const place: Place = { ...home, ns: 'shop', q: 'x', open: { table: 'pods', namespace: 'shop', name: 'a' }, tab: 'yaml', full: true };
    expect(goTo(place, { kind: 'list', table: 'pods' }, 'status:failed')).toEqual({ ...home, ns: 'shop', page: { kind: 'list', table: 'pods' }, q: 'status:failed' });
  });
  it('loses the object and nothing else when it is closed', () => {
    const place: Place = { ...home, q: 'x', open: { table: 'pods', namespace: 'shop', name: 'a' }, tab: 'yaml', full: true };
    expect(closeObject(place)).toEqual({ ...home, q: 'x' });
  });
});
