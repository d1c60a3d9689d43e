// The layout of a view, made by the worker; the one before stays until then. What only changes its state is not laid out
// again.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Layout, LayoutInput, Spot } from './layout';
import type { View } from './model';

export interface Placed {
  readonly spots: ReadonlyMap<string, Spot>;
  readonly bends: ReadonlyMap<string, Layout['bends'][number]>;
  readonly circles: ReadonlySet<string>;
  /** The question that this answers. */
  readonly about: string;
}

interface Answer {
  readonly id: number;
  readonly layout: Layout;
  readonly tookMs: number;
}

export const edgeKey = ({ from, to, by }: View['edges'][number]): string => `${from} ${to} ${by}`;

const shapeOf = ({ nodes, edges }: View): string => `${nodes.map(({ key }) => key).join('\n')}\n\n${edges.map(edgeKey).join('\n')}`;

function inputOf({ nodes, edges }: View, before: ReadonlyMap<string, Spot> | undefined): LayoutInput {
  const index = new Map(nodes.map(({ key }, at) => [key, at]));
  return {
    keys: nodes.map(({ key }) => key),
    edges: edges.map(({ from, to, by }) => ({ from: index.get(from) ?? 0, to: index.get(to) ?? 0, soft: by === 'owner' })),
    ...(before === undefined ? {} : { before }),
  };
}

/** `about` names the question: another question is laid out from scratch. */
export function useLayout(view: View, about: string): Placed | undefined {
  const [placed, setPlaced] = useState<Placed>();
  const worker = useRef<Worker>(undefined);
  const last = useRef<{ id: number; view: View; shape: string; about: string }>(undefined);
  const answered = useRef(0);
  const shape = useMemo(() => shapeOf(view), [view]);
  useEffect(() => {
    const made = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    worker.current = made;
    made.onmessage = ({ data: { id, layout, tookMs } }: MessageEvent<Answer>) => {
      const asked = last.current;
      if (asked?.id !== id) return;
      answered.current = id;
      performance.measure('graph layout', { start: performance.now() - tookMs, duration: tookMs });
      const names = asked.view.edges.map(edgeKey);
      setPlaced({
        spots: new Map(asked.view.nodes.map(({ key }, at) => [key, layout.spots[at] ?? { column: 0, row: 0 }])),
        bends: new Map(names.map((name, at) => [name, layout.bends[at] ?? []])),
        circles: new Set(names.filter((_, at) => layout.circles[at])),
        about: asked.about,
      });
    };
    return () => {
      made.terminate();
      last.current = undefined;
      answered.current = 0;
    };
  }, []);
  useEffect(() => {
    if (last.current?.shape === shape && last.current.about === about) return;
    // What changes faster than it is laid out is laid out again once the answer is there, else none would ever be shown.
    if (last.current?.about === about && answered.current !== last.current.id) return;
    const before = placed?.about === about ? placed.spots : undefined;
    last.current = { id: (last.current?.id ?? 0) + 1, view, shape, about };
    worker.current?.postMessage({ id: last.current.id, input: inputOf(view, before) });
  }, [view, shape, about, placed]);
  return placed;
}
