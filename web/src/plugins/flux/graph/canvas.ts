// Cytoscape draws what has been laid out: elements come and go one by one, so that looking goes on while things change.
import cytoscape, { type Core, type CollectionReturnValue, type ElementDefinition, type NodeSingular } from 'cytoscape';
import { type Differences, differences, type Drawn, drawingOf, sameLook, samePlace } from './drawing';
import { cell } from './layout';
import { type Cards, cardsIn, type Colours, stylesheet } from './look';
import type { View, ViewNode } from './model';
import type { Placed } from './useLayout';

export interface GraphEvents {
  readonly onSelect: (key: string | undefined) => void;
  readonly onOpen: (key: string) => void;
  /** All of what was to be shown is; `anew`: and was brought into sight. */
  readonly onShown: (view: View, anew: boolean) => void;
}

const readable = 0.5;
const largestPicture = 8_000;
/** For Cytoscape to take in the cards that have come. */
const settleMs = 150;
/** Elements that change in one frame: Cytoscape computes their styles, sizes and pictures with the next, all at once. */
const aFrame = 100;
/** The answer to a new question is waited for, and each frame draws all that is there already. */
const aFrameAnew = 600;

export class GraphCanvas {
  readonly #cy: Core;
  #view: View = { nodes: [], edges: [], matches: 0, objects: 0, grouped: false };
  #placed: Placed | undefined;
  #colour: Colours;
  #cards: Cards;
  readonly #onShown: GraphEvents['onShown'];
  readonly #drawn = new Map<string, Drawn>();
  #rest: Differences = { gone: [], changed: [] };
  #anew = false;
  #frame: number | undefined;
  #selected: string | undefined;
  #marked: CollectionReturnValue;

  constructor(container: HTMLElement, colour: Colours, events: GraphEvents) {
    this.#colour = colour;
    this.#cards = cardsIn(colour);
    this.#onShown = events.onShown;
    this.#cy = cytoscape({
      container,
      style: stylesheet(colour),
      layout: { name: 'preset' },
      minZoom: 0.03,
      maxZoom: 2.5,
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: 'single',
      hideEdgesOnViewport: false,
      pixelRatio: 'auto',
    });
    this.#marked = this.#cy.collection();
    this.#cy.on('tap', (event) => {
      if (event.target === this.#cy) events.onSelect(undefined);
    });
    this.#cy.on('tap', 'node', (event) => { events.onSelect((event.target as { id(): string }).id()); });
    this.#cy.on('dbltap', 'node', (event) => { events.onOpen((event.target as { id(): string }).id()); });
  }

  destroy(): void {
    this.#pause();
    this.#cy.destroy();
  }

  /** What is drawn. The first time, and where another question was asked, all of it comes into sight. */
  show(view: View, placed: Placed, anew: boolean): void {
    this.#view = view;
    this.#placed = placed;
    this.#anew ||= anew;
    this.#rest = differences(this.#drawn, drawingOf(view, placed, this.#cards));
    this.#frame ??= this.#next();
  }

  #pause(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  /** So many of the elements that have changed; the others in the frames that follow. */
  #draw(most: number): void {
    this.#pause();
    const { gone, changed } = this.#rest;
    this.#remove(gone);
    this.#put(changed.slice(0, most));
    this.#rest = { gone: [], changed: changed.slice(most) };
    if (changed.length <= most) this.#finish();
    else this.#frame = this.#next();
  }

  #next(): number {
    return requestAnimationFrame(() => { this.#draw(this.#anew ? aFrameAnew : aFrame); });
  }

  #finish(): void {
    const anew = this.#anew;
    this.#anew = false;
    if (anew) this.bringIntoSight();
    this.#mark();
    this.#onShown(this.#view, anew);
  }

  #remove(gone: readonly string[]): void {
    if (gone.length === 0) return;
    const elements = this.#cy.collection();
    for (const key of gone) {
      elements.merge(this.#cy.getElementById(key));
      this.#drawn.delete(key);
    }
    elements.remove();
  }

  #put(some: Differences['changed']): void {
    const added: ElementDefinition[] = [];
    this.#cy.batch(() => {
      for (const [key, drawn] of some) {
        const was = this.#drawn.get(key);
        const { data, position } = drawn;
        if (was === undefined) {
          added.push({ data: { ...data }, ...(position === undefined ? {} : { position: { ...position } }) });
        } else {
          if (!sameLook(was, drawn)) this.#cy.getElementById(key).data({ ...data });
          if (position !== undefined && !samePlace(was, drawn)) this.#cy.getElementById(key).position(position);
        }
        this.#drawn.set(key, drawn);
      }
    });
    if (added.length > 0) this.#cy.add(added);
  }

  recolour(colour: Colours): void {
    this.#colour = colour;
    this.#cards = cardsIn(colour);
    this.#cy.style(stylesheet(colour));
    if (this.#placed !== undefined) this.show(this.#view, this.#placed, false);
  }

  /** The whole where that can be read, else what belongs to the first cause, else the beginning. */
  bringIntoSight(): void {
    const cy = this.#cy;
    this.fit();
    if (cy.zoom() >= readable || cy.nodes().empty()) return;
    const broken = ({ status }: ViewNode): boolean => status === 'Failed' || status === 'Stalled';
    const waiting = new Map<string, number>();
    for (const { cause } of this.#view.nodes) if (cause !== undefined) waiting.set(cause, (waiting.get(cause) ?? 0) + 1);
    const [cause] = [...this.#view.nodes].filter((node) => waiting.has(node.key) || broken(node)).sort((a, b) => (waiting.get(b.key) ?? 0) - (waiting.get(a.key) ?? 0));
    if (cause !== undefined) {
      const near = cy.getElementById(cause.key).closedNeighborhood().nodes();
      for (const { key, cause: other } of this.#view.nodes) if (other === cause.key) near.merge(cy.getElementById(key));
      cy.fit(near, 48);
    }
    if (cause !== undefined && cy.zoom() >= readable) {
      if (cy.zoom() > 1) this.#zoomTo(1);
      return;
    }
    const { x1, y1 } = cause === undefined ? cy.elements().boundingBox() : cy.getElementById(cause.key).boundingBox();
    cy.zoom(0.8);
    cy.pan({ x: (cause === undefined ? 24 : cy.width() / 3) - x1 * 0.8, y: (cause === undefined ? 24 : cy.height() / 2) - y1 * 0.8 });
  }

  fit(): void {
    this.#cy.resize();
    this.#cy.fit(undefined, 24);
    if (this.#cy.zoom() > 1) this.#zoomTo(1);
  }

  #zoomTo(level: number): void {
    this.#cy.zoom({ level, renderedPosition: { x: this.#cy.width() / 2, y: this.#cy.height() / 2 } });
  }

  zoomBy(factor: number): void {
    this.#zoomTo(this.#cy.zoom() * factor);
  }

  /** Comes into sight when it was not what is selected already: whoever looks elsewhere meanwhile is left there. */
  select(key: string | undefined): void {
    if (key === this.#selected) return;
    this.#selected = key;
    const node = this.#mark();
    if (node === undefined) return;
    const { x1, y1, x2, y2 } = node.renderedBoundingBox();
    if (x1 < 0 || y1 < 0 || x2 > this.#cy.width() || y2 > this.#cy.height()) this.#cy.center(node);
  }

  /** What is selected and what it is joined to, as both are drawn now. */
  #mark(): NodeSingular | undefined {
    const cy = this.#cy;
    const node = this.#selected === undefined ? undefined : cy.getElementById(this.#selected);
    const near = node === undefined ? cy.collection() : node.connectedEdges();
    this.#marked.difference(near.union(node ?? cy.collection())).removeClass('near').unselect();
    node?.select();
    near.addClass('near');
    this.#marked = near.union(node ?? cy.collection());
    return node?.nonempty() === true ? node : undefined;
  }

  resize(): void {
    this.#cy.resize();
  }

  async png(): Promise<Blob> {
    if (this.#frame !== undefined) this.#draw(Infinity);
    const { w, h } = this.#cy.elements().boundingBox();
    const scale = Math.min(2, largestPicture / Math.max(w, h, cell.width));
    // Cards that were never in sight have not been loaded: the first picture asks for them.
    this.#cy.png({ full: true, scale: 0.05 });
    const cards = new Set(this.#cy.nodes().map((node) => String(node.data('card'))));
    await Promise.all([...cards].map(async (card) => {
      const image = new Image();
      image.src = card;
      await image.decode();
    }));
    await new Promise((done) => { setTimeout(done, settleMs); });
    return await this.#cy.png({ full: true, scale, bg: this.#colour('canvas'), output: 'blob-promise' });
  }
}
