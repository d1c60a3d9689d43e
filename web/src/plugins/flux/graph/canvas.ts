// Cytoscape draws what has been laid out: elements come and go one by one, so that looking goes on while things change.
import cytoscape, { type Core, type ElementDefinition } from 'cytoscape';
import { cell, middle, type Spot } from './layout';
import { cardOf, type Colours, familyOf, labelOf, stylesheet } from './look';
import { isGroup, type View, type ViewEdge, type ViewNode } from './model';
import { segments } from './segments';
import { edgeKey, type Placed } from './useLayout';

export interface GraphEvents {
  readonly onSelect: (key: string | undefined) => void;
  readonly onOpen: (key: string) => void;
}

const readable = 0.5;
const largestPicture = 8_000;
/** For Cytoscape to take in the cards that have come. */
const settleMs = 150;

export class GraphCanvas {
  readonly #cy: Core;
  #view: View = { nodes: [], edges: [], matches: 0, objects: 0, grouped: false };
  #placed: Placed | undefined;
  #colour: Colours;

  constructor(container: HTMLElement, colour: Colours, events: GraphEvents) {
    this.#colour = colour;
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
    this.#cy.on('tap', (event) => {
      if (event.target === this.#cy) events.onSelect(undefined);
    });
    this.#cy.on('tap', 'node', (event) => { events.onSelect((event.target as { id(): string }).id()); });
    this.#cy.on('dbltap', 'node', (event) => { events.onOpen((event.target as { id(): string }).id()); });
  }

  destroy(): void {
    this.#cy.destroy();
  }

  /** What is drawn. The first time, and where another question was asked, all of it comes into sight. */
  show(view: View, placed: Placed, anew: boolean): void {
    const cy = this.#cy;
    this.#view = view;
    this.#placed = placed;
    const nodes = view.nodes.filter(({ key }) => placed.spots.has(key));
    const known = new Set(nodes.map(({ key }) => key));
    const edges = view.edges.filter((edge) => known.has(edge.from) && known.has(edge.to) && placed.bends.has(edgeKey(edge)));
    const wanted = new Set([...known, ...edges.map(edgeKey)]);
    cy.batch(() => {
      cy.elements().filter((element) => !wanted.has(element.id())).remove();
      const added: ElementDefinition[] = [];
      for (const node of nodes) this.#put(added, node.key, this.#nodeData(node), placed.spots.get(node.key));
      for (const edge of edges) this.#put(added, edgeKey(edge), this.#edgeData(edge), undefined);
      cy.add(added);
    });
    if (anew) this.bringIntoSight();
  }

  #put(added: ElementDefinition[], id: string, data: Record<string, unknown>, spot: Spot | undefined): void {
    const there = this.#cy.getElementById(id);
    if (there.nonempty()) {
      there.data(data);
      if (spot !== undefined) there.position(middle(spot));
    } else {
      added.push({ data: { id, ...data }, ...(spot === undefined ? {} : { position: middle(spot) }) });
    }
  }

  #nodeData(node: ViewNode): Record<string, unknown> {
    return { family: familyOf(node), card: cardOf(node, this.#colour), label: labelOf(node), context: node.context, many: isGroup(node.key) };
  }

  #edgeData(edge: ViewEdge): Record<string, unknown> {
    const { from, to, by, toCause } = edge;
    const none: Spot = { column: 0, row: 0 };
    const start = middle(this.#placed?.spots.get(from) ?? none);
    const end = middle(this.#placed?.spots.get(to) ?? none);
    const bends = this.#placed?.bends.get(edgeKey(edge)) ?? [];
    const shape = from === to ? { loop: true } : bends.length === 0 ? { straight: true, loop: false } : { straight: false, loop: false, ...segments(start, end, bends) };
    return { source: from, target: to, by, toCause, circle: this.#placed?.circles.has(edgeKey(edge)) === true, ...shape };
  }

  recolour(colour: Colours): void {
    this.#colour = colour;
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
      const concerned = cy.nodes().filter((node) => this.#view.nodes.some(({ key, cause: other }) => key === node.id() && other === cause.key));
      cy.fit(near.union(concerned), 48);
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

  select(key: string | undefined): void {
    const cy = this.#cy;
    cy.elements('.near').removeClass('near');
    cy.$(':selected').unselect();
    if (key === undefined) return;
    const node = cy.getElementById(key);
    if (node.empty()) return;
    node.select();
    node.connectedEdges().addClass('near');
    const { x1, y1, x2, y2 } = node.renderedBoundingBox();
    if (x1 < 0 || y1 < 0 || x2 > cy.width() || y2 > cy.height()) cy.center(node);
  }

  resize(): void {
    this.#cy.resize();
  }

  async png(): Promise<Blob> {
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
