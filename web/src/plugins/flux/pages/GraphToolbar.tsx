// What the graph is asked, and how it is looked at.
import { type RefObject, useRef } from 'react';
import { useMeta } from '../../../live/hooks';
import { formatCount } from '../../../lib/number';
import { byRank } from '../../../status/status';
import controls from '../../../ui/controls.module.css';
import { FilterBox } from '../../../ui/FilterBox';
import { Icon, type IconName } from '../../../ui/icons';
import { useNavigation } from '../../../ui/navigation';
import { useShortcut } from '../../../ui/shortcuts';
import type { GraphCanvas } from '../graph/canvas';
import type { View } from '../graph/model';
import classes from './GraphPage.module.css';

interface GraphToolbarProps {
  readonly view: View;
  readonly leftOut: number;
  readonly canvas: RefObject<GraphCanvas | undefined>;
  readonly page: RefObject<HTMLDivElement | null>;
}

const statusWords = [...byRank.map((status) => status.toLowerCase()), 'missing', 'hidden'];

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => { URL.revokeObjectURL(url); }, 10_000);
}

export function GraphToolbar({ view, leftOut, canvas, page }: GraphToolbarProps) {
  const { place, go } = useNavigation();
  const meta = useMeta();
  const input = useRef<HTMLInputElement>(null);
  const kinds = [...new Set(view.nodes.flatMap(({ node, kind }) => (node === undefined ? [] : [kind.toLowerCase()])))].sort();
  useShortcut({ group: 'List', keys: ['/'], text: 'filter', run: () => { input.current?.focus(); return true; } });
  const button = (title: string, icon: IconName, run: () => void) => (
    <button type="button" className={controls['icon']} aria-label={title} data-tip={title} onClick={run}>
      <Icon name={icon} />
    </button>
  );
  const fullScreen = (): void => {
    if (document.fullscreenElement === null) void page.current?.requestFullscreen();
    else void document.exitFullscreen();
  };
  const picture = (): void => {
    void canvas.current?.png().then((blob) => { save(blob, `${meta?.cluster.name ?? 'flux'}-graph.png`); });
  };
  return (
    <div className={classes['bar']}>
      <h1>Graph</h1>
      <span className={classes['count']} role="status">
        {formatCount(view.objects)} objects{place.q.trim() === '' ? '' : `, ${formatCount(view.matches)} match`}
        {view.grouped ? ', grouped' : ''}
        {leftOut === 0 ? '' : `, ${formatCount(leftOut)} more are left out: choose a namespace`}
      </span>
      <FilterBox value={place.q} onChange={(q) => { go({ ...place, q }, 'replace'); }} values={{ ns: meta?.namespaces ?? [], status: statusWords, kind: kinds }} input={input} label="Filter the graph" />
      {place.focus === '' ? null : (
        <button type="button" className={classes['focus']} onClick={() => { go({ ...place, focus: '' }); }}>
          around {place.focus.split('/').slice(1).join('/')} <Icon name="close" size={12} />
        </button>
      )}
      <span className={classes['space']} />
      <button type="button" className={controls['icon']} aria-label="As a tree" aria-pressed={place.tree} data-tip="As a tree" onClick={() => { go({ ...place, tree: !place.tree }); }}>
        <Icon name="tree" />
      </button>
      {place.tree ? null : (
        <>
          {button('Zoom in', 'plus', () => { canvas.current?.zoomBy(1.3); })}
          {button('Zoom out', 'minus', () => { canvas.current?.zoomBy(1 / 1.3); })}
          {button('Fit into the window', 'fit', () => { canvas.current?.fit(); })}
          {button('Save as PNG', 'picture', picture)}
        </>
      )}
      {button('Full screen', 'expand', fullScreen)}
    </div>
  );
}
