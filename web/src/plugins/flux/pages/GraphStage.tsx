// Where the graph is drawn. Cytoscape comes when it is needed first.
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { GraphCanvas } from '../graph/canvas';
import { coloursOf } from '../graph/look';
import type { View } from '../graph/model';
import type { Placed } from '../graph/useLayout';
import classes from './GraphPage.module.css';

interface GraphStageProps {
  readonly view: View;
  readonly placed: Placed | undefined;
  /** Another question brings everything into sight again. */
  readonly about: string;
  readonly selected: string | undefined;
  readonly canvas: RefObject<GraphCanvas | undefined>;
  readonly onSelect: (key: string | undefined) => void;
  readonly onOpen: (key: string) => void;
}

export function GraphStage({ view, placed, about, selected, canvas, onSelect, onOpen }: GraphStageProps) {
  const box = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const shown = useRef<string>(undefined);
  const select = useEffectEvent(onSelect);
  const open = useEffectEvent(onOpen);
  const told = useEffectEvent((drawn: View, anew: boolean) => {
    if (anew) performance.mark('graph shown', { detail: { nodes: drawn.nodes.length, edges: drawn.edges.length } });
    box.current?.setAttribute('data-shown', String(drawn.nodes.length));
  });
  useEffect(() => {
    let wanted = true;
    const container = box.current;
    const watcher = new ResizeObserver(() => { canvas.current?.resize(); });
    void import('../graph/canvas').then(({ GraphCanvas: Canvas }) => {
      if (!wanted || container === null) return;
      canvas.current = new Canvas(container, coloursOf(document.documentElement), { onSelect: (key) => { select(key); }, onOpen: (key) => { open(key); }, onShown: (drawn, anew) => { told(drawn, anew); } });
      watcher.observe(container);
      setReady(true);
    });
    return () => {
      wanted = false;
      watcher.disconnect();
      canvas.current?.destroy();
      canvas.current = undefined;
      shown.current = undefined;
      setReady(false);
    };
  }, [canvas]);
  useEffect(() => {
    // The colours are there once the page's root says so, which is after anything drawn for it.
    const root = document.documentElement;
    const theme = new MutationObserver(() => { canvas.current?.recolour(coloursOf(root)); });
    theme.observe(root, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => { theme.disconnect(); };
  }, [canvas]);
  useEffect(() => {
    if (!ready || placed === undefined) return;
    const anew = shown.current !== about && placed.about === about;
    if (anew) shown.current = about;
    canvas.current?.show(view, placed, anew);
  }, [canvas, ready, view, placed, about]);
  useEffect(() => {
    if (ready && placed !== undefined) canvas.current?.select(selected);
  }, [canvas, ready, placed, selected]);
  return <div ref={box} className={classes['canvas']} />;
}
