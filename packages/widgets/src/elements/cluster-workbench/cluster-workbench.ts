import { Task } from '@lit/task';
import { html, nothing, type TemplateResult } from 'lit';
import { CRMBetElement } from '../../controllers/crmbet-element.ts';
import type { SessionValue } from '../../controllers/session-context.ts';
import { type Engine, EngineMissingError, loadEngine } from '../../data/engine.ts';
import type { WidgetClient } from '../../data/widget-client.ts';
import type { Feature } from '../../data/wire.ts';
import { PlayerSelectEvent } from '../../events/player-select.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { figureStyles } from '../cluster-explorer/cluster-figure.styles.ts';
import { ClusterFigure, type FigureCluster } from '../cluster-explorer/cluster-figure.ts';
import { ClusterRules } from './cluster-rules.ts';
import { styles } from './cluster-workbench.styles.ts';
import { renderPicker } from './feature-picker.ts';
import type { Method } from './find-groups.ts';
import { defaultMethod, renderMethod } from './method-picker.ts';
import { type Clustering, PageClustering, type Progress } from './page-clustering.ts';
import { usualFeatures } from './usual-features.ts';

type Running = { progress: Progress; stop: AbortController };

const defaultPoints = 5000;

/**
 * `<crmbet-cluster-workbench>`: groups players by whatever behaviour somebody chooses, in the page itself. The players' features
 * are read once, by the session's client; everything else happens in a worker of this page, and no row leaves it.
 *
 * It needs `@crmbet/engine`. With a bundler it is found by its name; a plain page names its `dist/index.js`, on the page's own
 * origin, by `engine-url`. Its workers need `worker-src 'self'` (or `script-src 'self'`), and use WebAssembly where they are
 * served with `script-src … 'wasm-unsafe-eval'`, JavaScript where not.
 *
 * Attributes: `engine-url`, `segment` (only its members), `points` (how many are drawn, 5000), `cluster` (the chosen one),
 * `currency` (ISO 4217, in which the money of a rule is shown). Fires `crmbet-player-select`, and `crmbet-segment-saved` when
 * somebody made a segment of a cluster's rule.
 */
export class ClusterWorkbenchElement extends CRMBetElement {
  static override properties = {
    engineUrl: { attribute: 'engine-url' },
    segment: {},
    points: { type: Number },
    cluster: { type: Number, reflect: true },
    currency: {},
    chosen: { state: true },
    search: { state: true },
    method: { state: true },
    running: { state: true },
    clustering: { state: true },
    failure: { state: true },
  };
  static override styles = [tokens, shared, figureStyles, styles];

  declare engineUrl: string | null;
  declare segment: string | null;
  declare points: number;
  declare cluster: number | null;
  declare currency: string | null;
  declare protected chosen: ReadonlySet<string>;
  declare protected search: string;
  declare protected method: Method;
  declare protected running: Running | undefined;
  declare protected clustering: Clustering | undefined;
  declare protected failure: unknown;

  /** Whose players are held and shown. */
  #client: WidgetClient | undefined;
  readonly #page = new PageClustering();
  readonly #rules = new ClusterRules(this);
  readonly #figure = new ClusterFigure(this, {
    select: (cluster) => {
      this.cluster = cluster;
    },
    choose: (player) => this.dispatchEvent(new PlayerSelectEvent(player)),
  });

  readonly #catalogue = new Task(this, {
    args: () => [this.session?.client] as const,
    task: async ([client]): Promise<ReadonlyMap<string, Feature> | undefined> => {
      if (client === undefined) return undefined;
      const { data } = await client.features.list();
      // What a model says is made of the behaviours: grouping by it would find the model again.
      return new Map(data.flatMap((feature) => (feature.model === null ? [[feature.id, feature]] : [])));
    },
  });

  constructor() {
    super();
    this.engineUrl = null;
    this.segment = null;
    this.points = defaultPoints;
    this.cluster = null;
    this.currency = null;
    this.chosen = new Set(usualFeatures);
    this.search = '';
    this.method = defaultMethod;
    this.running = undefined;
    this.clustering = undefined;
    this.failure = undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  /** What was read through another client may be of other players, or of somebody who has gone. */
  protected override sessionChanged(value: SessionValue | undefined): void {
    const before = this.#client;
    this.#client = value?.client;
    if (before === undefined || before === this.#client) return;
    this.#stop();
    this.clustering = undefined;
    this.failure = undefined;
    this.cluster = null;
    this.#rules.forget();
  }

  /** Ends what is under way, and forgets the players. */
  #stop(): void {
    this.running?.stop.abort();
    this.running = undefined;
    this.#page.close();
  }

  protected override render(): TemplateResult {
    const { error, value } = this.#catalogue;
    if (error !== undefined) return this.renderFailure(error, () => void this.#catalogue.run());
    if (value === undefined) return this.renderLoading();
    const { workbench } = this.words;
    return html`
      <h2 class="hidden">${workbench.title}</h2>
      ${this.#renderSetUp(value)}
      ${this.running === undefined ? nothing : this.#renderProgress(this.running)}
      ${this.failure === undefined ? nothing : this.#renderWhy(value)}
      ${this.clustering === undefined ? this.#renderLead() : this.#renderResult(this.clustering, value)}`;
  }

  #renderSetUp(catalogue: ReadonlyMap<string, Feature>): TemplateResult {
    const { words } = this;
    const disabled = this.running !== undefined;
    // Of a gateway that lacks one of the usual features, the others are chosen.
    const chosen = new Set([...this.chosen].filter((id) => catalogue.has(id)));
    return html`<div class="setup">
      ${renderPicker({
        features: [...catalogue.values()],
        chosen,
        search: this.search,
        words,
        disabled,
        on: {
          choose: (id, isChosen) => this.#choose(id, isChosen),
          search: (text) => {
            this.search = text;
          },
          usual: () => {
            this.chosen = new Set(usualFeatures);
          },
          none: () => {
            this.chosen = new Set();
          },
        },
      })}
      ${renderMethod({
        method: this.method,
        words,
        format: this.format,
        disabled,
        choose: (method) => {
          this.method = method;
        },
      })}
      <button type="button" class="primary" ?disabled=${disabled || chosen.size === 0}
        @click=${() => void this.#group(catalogue)}>${words.workbench.group}</button>
    </div>`;
  }

  #renderProgress({ progress: { step, share }, stop }: Running): TemplateResult {
    const { words } = this;
    return html`<div class="training">
      <label for="progress">${words.workbench.steps[step]}</label>
      <progress id="progress" max="1" .value=${share}></progress>
      <span class="number">${this.format.percent(share)}</span>
      <button type="button" class="quiet" @click=${() => this.#cancel(stop)}>${words.clusters.cancel}</button>
    </div>`;
  }

  #renderWhy(catalogue: ReadonlyMap<string, Feature>): TemplateResult {
    const { workbench } = this.words;
    const known = knownFailure(this.failure);
    return known === undefined
      ? this.renderFailure(this.failure, () => void this.#group(catalogue))
      : html`<p class="outcome" role="alert">${workbench.failures[known]}</p>`;
  }

  #renderLead(): TemplateResult {
    const { workbench } = this.words;
    return html`<div class="state"><p>${workbench.lead}</p><p>${workbench.leadMore}</p></div>`;
  }

  #renderResult(clustering: Clustering, features: ReadonlyMap<string, Feature>): TemplateResult {
    const { words, format, cluster: selected, currency, session } = this;
    const { clusters, points, players, asOf, seconds, structure, noise } = clustering;
    const facts = [
      words.workbench.facts(
        words.clusters.size(players),
        format.dateTime(asOf.toISOString()),
        format.number(seconds, 1),
      ),
      ...(points.length < players ? [words.workbench.drawn(format.number(points.length))] : []),
      ...(structure === null
        ? []
        : [words.workbench.found(clusters.length), words.workbench.structure[structure]]),
      ...(noise === 0 ? [] : [words.workbench.noise(noise)]),
    ];
    const client = session?.may('segments:write') ? session.client : undefined;
    const view = { words, format, features, currency, client };
    const more = ({ index }: FigureCluster) => {
      const cluster = clusters.find((each) => each.index === index);
      return cluster === undefined ? nothing : this.#rules.render(cluster, view);
    };
    return html`<p class="facts">${facts.join(' ')}</p>
    ${this.#figure.render({ points, clusters, selected, words, format, more })}`;
  }

  /** At once, however long what was asked for takes to notice. */
  #cancel(stop: AbortController): void {
    stop.abort();
    this.#end(stop);
  }

  /** Unless it was taken off the page meanwhile, and another one is under way. */
  #end(stop: AbortController): void {
    if (this.running?.stop === stop) this.running = undefined;
  }

  #choose(id: string, isChosen: boolean): void {
    const chosen = new Set(this.chosen);
    if (isChosen) chosen.add(id);
    else chosen.delete(id);
    this.chosen = chosen;
  }

  async #group(catalogue: ReadonlyMap<string, Feature>): Promise<void> {
    const client = this.session?.client;
    if (client === undefined || this.running !== undefined) return;
    const stop = new AbortController();
    this.failure = undefined;
    const onProgress = (progress: Progress) => {
      if (!stop.signal.aborted) this.running = { progress, stop };
    };
    onProgress({ step: 'engine', share: 0 });
    try {
      const settings = {
        // In the catalogue's order, so that the same choice is the same question.
        features: [...catalogue.keys()].filter((id) => this.chosen.has(id)),
        segment: this.segment,
        method: this.method,
      };
      const load = (): Promise<Engine> => loadEngine(this.engineUrl);
      const ports = { client, load, points: this.points };
      this.clustering = await this.#page.run(settings, catalogue, ports, { signal: stop.signal, onProgress });
      this.cluster = null;
      this.#rules.forget();
    } catch (error) {
      if (!stop.signal.aborted) this.failure = error;
    } finally {
      this.#end(stop);
    }
  }
}

/** What somebody can do something about, by the engine's codes. */
function knownFailure(error: unknown): 'missing' | 'few' | 'worker' | undefined {
  if (error instanceof EngineMissingError) return 'missing';
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  if (code === 'engine_k_too_large') return 'few';
  if (code === 'engine_worker_failed') return 'worker';
  return undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-cluster-workbench': ClusterWorkbenchElement;
  }
}
