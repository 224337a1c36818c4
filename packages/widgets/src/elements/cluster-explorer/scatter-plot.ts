import { PointGrid } from '../../charts/point-grid.ts';
import { type PlacedPoint, placePoints } from '../../charts/scatter-layout.ts';
import { paintScatter, type ScatterLook } from '../../charts/scatter-painter.ts';
import type { ClusterPoint } from '../../data/wire.ts';

const padding = 16;
/** How near the pointer has to come, in pixels. */
const reach = 12;

export type ScatterCallbacks = {
  /** The colours of now. */
  look(): ScatterLook;
  hover(point: PlacedPoint | null): void;
  choose(point: PlacedPoint): void;
};

/** A canvas of points: sizing, painting once a frame, and finding what the pointer is at. */
export class ScatterPlot {
  readonly #canvas: HTMLCanvasElement;
  readonly #callbacks: ScatterCallbacks;
  readonly #resize: ResizeObserver;
  #source: readonly ClusterPoint[] = [];
  #placed: PlacedPoint[] = [];
  #grid = new PointGrid<PlacedPoint>([], reach);
  #selected: number | null = null;
  #hovered: PlacedPoint | null = null;
  #frame: number | undefined;

  constructor(canvas: HTMLCanvasElement, callbacks: ScatterCallbacks) {
    this.#canvas = canvas;
    this.#callbacks = callbacks;
    this.#resize = new ResizeObserver(() => this.#place());
    this.#resize.observe(canvas);
    canvas.addEventListener('pointermove', this.#onMove);
    canvas.addEventListener('pointerleave', this.#onLeave);
    canvas.addEventListener('click', this.#onClick);
  }

  get canvas(): HTMLCanvasElement {
    return this.#canvas;
  }

  show(points: readonly ClusterPoint[], selected: number | null): void {
    this.#selected = selected;
    if (points === this.#source) {
      this.repaint();
      return;
    }
    this.#source = points;
    this.#place();
  }

  /** Paints at the next frame, with the colours of then. */
  repaint(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const context = this.#canvas.getContext('2d');
      if (context === null) return;
      paintScatter(
        context,
        { points: this.#placed, selected: this.#selected, hovered: this.#hovered },
        this.#callbacks.look(),
      );
    });
  }

  close(): void {
    this.#resize.disconnect();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#canvas.removeEventListener('pointermove', this.#onMove);
    this.#canvas.removeEventListener('pointerleave', this.#onLeave);
    this.#canvas.removeEventListener('click', this.#onClick);
  }

  #place(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0 || height === 0) return;
    const ratio = globalThis.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.getContext('2d')?.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#placed = placePoints(this.#source, width, height, padding);
    this.#grid = new PointGrid(this.#placed, reach);
    this.#hovered = null;
    this.#callbacks.hover(null);
    this.repaint();
  }

  #at(event: MouseEvent): PlacedPoint | null {
    const fits = (point: PlacedPoint) => this.#selected === null || point.cluster === this.#selected;
    return this.#grid.nearest(event.offsetX, event.offsetY, reach, fits) ?? null;
  }

  readonly #onMove = (event: PointerEvent): void => {
    const found = this.#at(event);
    if (found === this.#hovered) return;
    this.#hovered = found;
    this.#callbacks.hover(found);
    this.repaint();
  };

  readonly #onLeave = (): void => {
    this.#hovered = null;
    this.#callbacks.hover(null);
    this.repaint();
  };

  readonly #onClick = (event: MouseEvent): void => {
    const found = this.#at(event);
    if (found !== null) this.#callbacks.choose(found);
  };
}
