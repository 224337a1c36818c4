import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { clusterColour, clusterShape, colours } from '../../charts/cluster-colour.ts';
import type { PlacedPoint } from '../../charts/scatter-layout.ts';
import type { ScatterLook } from '../../charts/scatter-painter.ts';
import type { ClusterPoint, ClusterTrait } from '../../data/wire.ts';
import { clusterSentence } from '../../format/feature-words.ts';
import type { Formatter } from '../../format/format.ts';
import type { Messages } from '../../locales/en.ts';
import { ScatterPlot } from './scatter-plot.ts';

/** A cluster as people read of it. */
export type FigureCluster = { index: number; size: number; share: number; traits: readonly ClusterTrait[] };

export type FigureView = {
  points: readonly ClusterPoint[];
  /** In the order in which the keys step through them. */
  clusters: readonly FigureCluster[];
  selected: number | null;
  words: Messages;
  format: Formatter;
  /** What else is to be said below a cluster. */
  more?: (cluster: FigureCluster) => TemplateResult | typeof nothing;
};

export type FigureCallbacks = {
  select(cluster: number | null): void;
  choose(player: string): void;
};

const palette = Array.from({ length: colours }, (_, index) => index);

/**
 * Players on a plane and their clusters in plain words, inside an element: draws, finds what the pointer is at, and steps
 * through the clusters by keys.
 */
export class ClusterFigure implements ReactiveController {
  readonly #host: LitElement;
  readonly #on: FigureCallbacks;
  #plot: ScatterPlot | undefined;
  #hovered: PlacedPoint | null = null;
  #view: FigureView | undefined;

  constructor(host: LitElement, on: FigureCallbacks) {
    this.#host = host;
    this.#on = on;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#plot?.close();
    this.#plot = undefined;
  }

  hostUpdated(): void {
    const canvas = this.#host.renderRoot.querySelector('canvas');
    if (canvas !== this.#plot?.canvas) {
      this.#plot?.close();
      this.#plot = canvas === null ? undefined : this.#plotOn(canvas);
    }
    this.#plot?.show(this.#view?.points ?? [], this.#view?.selected ?? null);
    const tip = this.#host.renderRoot.querySelector('.tip');
    if (this.#hovered !== null && tip instanceof HTMLElement && canvas !== null) {
      const { x, y } = this.#hovered;
      const left = x > canvas.clientWidth / 2;
      // Through the object model, which a strict CSP allows where a style attribute is refused.
      tip.style.translate = `calc(${x}px + ${left ? '-100% - 12px' : '12px'}) calc(${y}px - 50%)`;
    }
  }

  render(view: FigureView): TemplateResult {
    this.#view = view;
    const { points, clusters, selected, words, format } = view;
    const hovered = this.#hovered;
    return html`<div class="model">
      <div class="figure"><div class="plot">
        <canvas tabindex="0" role="img" aria-label=${words.clusters.plot(format.number(points.length), clusters.length)}
          @keydown=${(event: KeyboardEvent) => this.#onKey(event)}></canvas>
        ${
          hovered === null
            ? nothing
            : html`<div class="tip">${swatch(hovered.cluster)}
              <strong class="number">${hovered.player}</strong> ${clusterName(hovered.cluster, words)}</div>`
        }
        </div>
      <p class="hint"><span>${words.clusters.plotHint}</span>
        ${
          selected === null
            ? nothing
            : html`<button type="button" class="quiet" @click=${() => this.#on.select(null)}>${words.clusters.showAll}</button>`
        }</p></div>
      <ul class="legend" aria-label=${words.clusters.title}>
        ${clusters.map((cluster) => this.#renderCluster(cluster, view))}
      </ul>
    </div>
    <p class="hidden" role="status">${this.#spoken(view)}</p>
    <div class="probes" aria-hidden="true" @transitionrun=${() => this.#plot?.repaint()}>
      ${palette.map((index) => html`<span data-cluster=${index}></span>`)}
    </div>`;
  }

  #renderCluster(cluster: FigureCluster, { selected, words, format, more }: FigureView): TemplateResult {
    const { index, size, share, traits } = cluster;
    return html`<li>
      <button type="button" class="cluster" aria-pressed=${index === selected ? 'true' : 'false'}
        @click=${() => this.#on.select(index === selected ? null : index)}>
        ${swatch(index)}
        <span class="name">${clusterName(index, words)}</span>
        <span class="size number">${words.clusters.size(size)} · ${format.percent(share)}</span>
        <span class="profile">${clusterSentence(traits, words)}</span>
      </button>
      ${more?.(cluster) ?? nothing}
    </li>`;
  }

  #spoken({ clusters, selected, words }: FigureView): string {
    const chosen = clusters.find(({ index }) => index === selected);
    if (chosen === undefined) return '';
    return `${words.clusters.selected(clusterName(chosen.index, words))}. ${words.clusters.size(chosen.size)}. ${clusterSentence(chosen.traits, words)}`;
  }

  #plotOn(canvas: HTMLCanvasElement): ScatterPlot {
    return new ScatterPlot(canvas, {
      look: () => this.#look(),
      hover: (point) => {
        if (point === this.#hovered) return;
        this.#hovered = point;
        canvas.toggleAttribute('data-pointing', point !== null);
        this.#host.requestUpdate();
      },
      choose: (point) => this.#on.choose(point.player),
    });
  }

  #onKey(event: KeyboardEvent): void {
    const { clusters = [], selected = null } = this.#view ?? {};
    const steps: Partial<Record<string, number>> = {
      ArrowRight: 1,
      ArrowDown: 1,
      ArrowLeft: -1,
      ArrowUp: -1,
    };
    const step = steps[event.key];
    if (event.key === 'Escape' && selected !== null) this.#on.select(null);
    else if (step !== undefined && clusters.length > 0) {
      const now = clusters.findIndex(({ index }) => index === selected);
      const next =
        now === -1 ? (step > 0 ? 0 : clusters.length - 1) : (now + step + clusters.length) % clusters.length;
      this.#on.select(clusters[next]?.index ?? null);
    } else return;
    event.preventDefault();
  }

  #look(): ScatterLook {
    const own = getComputedStyle(this.#host);
    const root = this.#host.renderRoot;
    const hint = root.querySelector('.hint');
    return {
      palette: [...root.querySelectorAll('.probes span')].map((probe) => getComputedStyle(probe).color),
      background: getComputedStyle(root.querySelector('.plot') ?? this.#host).backgroundColor,
      text: own.color,
      muted: hint === null ? own.color : getComputedStyle(hint).color,
      font: `600 11px ${own.fontFamily}`,
    };
  }
}

/** Who is in no cluster is outside of them all: noise, to those who look for dense places. */
const clusterName = (index: number, words: Messages): string =>
  index < 0 ? words.clusters.noise : words.clusters.name(index + 1);

const swatch = (index: number): TemplateResult =>
  html`<span class="swatch" data-cluster=${index < 0 ? 'none' : clusterColour(index)} data-shape=${clusterShape(index)}></span>`;
