// Keeps layouts off the page's thread.
import { layout, type LayoutInput } from './layout';

export interface LayoutRequest {
  readonly id: number;
  readonly input: LayoutInput;
}

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  const began = performance.now();
  postMessage({ id: data.id, layout: layout(data.input), tookMs: performance.now() - began });
});
