import { Task } from '@lit/task';
import { html, nothing, type TemplateResult } from 'lit';
import { CRMBetElement } from '../../controllers/crmbet-element.ts';
import type { Cluster, ClusterPoint, Job, Model } from '../../data/wire.ts';
import { ClusterSelectEvent } from '../../events/cluster-select.ts';
import { ModelReadyEvent } from '../../events/model-ready.ts';
import { PlayerSelectEvent } from '../../events/player-select.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { styles } from './cluster-explorer.styles.ts';
import { figureStyles } from './cluster-figure.styles.ts';
import { ClusterFigure } from './cluster-figure.ts';
import { followJob } from './training.ts';

type Loaded = {
  model: Model | undefined;
  clusters: readonly Cluster[];
  points: readonly ClusterPoint[];
  training: Model | undefined;
};

const defaultPoints = 5000;
const modelsLookedAt = 50;
const leastK = 2;
const mostK = 12;
const defaultK = 6;

/**
 * `<crmbet-cluster-explorer>`: the players of a model on a plane, its clusters in plain words, and its training.
 *
 * Attributes: `model` (an id; the newest one that is ready where left out), `cluster` (the chosen one, from 0),
 * `points` (how many are drawn, 5000). Fires `crmbet-player-select`, `crmbet-cluster-select`,
 * and `crmbet-model-ready` when a training is done.
 *
 * Keys, with the plot in focus: arrows step through the clusters, Escape shows all.
 */
export class ClusterExplorerElement extends CRMBetElement {
  static override properties = {
    model: { reflect: true },
    cluster: { type: Number, reflect: true },
    points: { type: Number },
    job: { state: true },
    k: { state: true },
    failure: { state: true },
    outcome: { state: true },
  };
  static override styles = [tokens, shared, figureStyles, styles];

  declare model: string | null;
  declare cluster: number | null;
  declare points: number;
  declare protected job: Job | undefined;
  declare protected k: number | undefined;
  /** Why a training could not be started or cancelled. */
  declare protected failure: unknown;

  /** How the last training that was watched ended, where it did not succeed. */
  declare protected outcome: 'failed' | 'cancelled' | undefined;

  readonly #figure = new ClusterFigure(this, {
    select: (cluster) => this.#select(cluster),
    choose: (player) => this.dispatchEvent(new PlayerSelectEvent(player)),
  });
  #following: { id: string; end(): void } | undefined;

  readonly #loaded = new Task(this, {
    args: () => [this.session?.client, this.model, this.points] as const,
    task: async ([client, chosen, limit]): Promise<Loaded | undefined> => {
      if (client === undefined) return undefined;
      const { data: models } = await client.models.list({
        purpose: 'clusters',
        limit: modelsLookedAt,
      });
      const training = models.find(({ state }) => state === 'training');
      const model =
        chosen === null ? models.find(({ state }) => state === 'ready') : await client.models.get(chosen);
      if (model === undefined || model.state !== 'ready')
        return { model: undefined, clusters: [], points: [], training };
      const [clusters, points] = await Promise.all([
        client.models.clusters(model.id),
        client.models.points(model.id, { limit }),
      ]);
      return { model, clusters: clusters.data, points: points.data, training };
    },
    onComplete: (loaded) => {
      if (loaded?.training !== undefined) this.#follow(loaded.training.job);
    },
  });

  constructor() {
    super();
    this.model = null;
    this.cluster = null;
    this.points = defaultPoints;
    this.job = undefined;
    this.k = undefined;
    this.failure = undefined;
    this.outcome = undefined;
  }

  refresh(): void {
    void this.#loaded.run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#following?.end();
    this.#following = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // It was moved while it watched a training.
    if (this.job !== undefined) this.#follow(this.job.id);
  }

  protected override render(): TemplateResult {
    const { error, value } = this.#loaded;
    if (error !== undefined) return this.renderFailure(error, () => this.refresh());
    if (value === undefined) return this.renderLoading();
    const { model } = value;
    return html`
      ${this.#renderHeader(value)}
      ${this.#renderTraining()}
      ${model === undefined ? this.#renderNone() : this.#renderFigure(value)}`;
  }

  #renderHeader({ model, clusters: trained }: Loaded): TemplateResult {
    const { clusters } = this.words;
    const may = this.session?.may('models:write') ?? false;
    const busy = this.job !== undefined;
    const k = this.k ?? (trained.length > 0 ? trained.length : defaultK);
    return html`<header>
      <div>
        <h2 class="hidden">${clusters.title}</h2>
        ${
          model === undefined
            ? nothing
            : html`<p class="faint">${clusters.model(model.name, clusters.size(model.players ?? 0))}</p>`
        }
      </div>
      ${
        may
          ? html`<div class="train">
            <label><span>${clusters.count}</span>
              <select ?disabled=${busy} @change=${this.#onK}>
                ${Array.from({ length: mostK - leastK + 1 }, (_, index) => index + leastK).map(
                  (each) => html`<option ?selected=${each === k}>${each}</option>`,
                )}
              </select>
            </label>
            <button type="button" ?disabled=${busy} @click=${() => void this.#train(k)}>${model === undefined ? clusters.train : clusters.again}</button>
          </div>`
          : nothing
      }
    </header>
    ${this.failure === undefined ? nothing : this.renderFailure(this.failure, () => void this.#train(k))}`;
  }

  #renderTraining(): TemplateResult | typeof nothing {
    const { job } = this;
    const { clusters } = this.words;
    if (job === undefined) {
      return this.outcome === undefined
        ? nothing
        : html`<p class="outcome" role="status">${clusters[this.outcome]}</p>`;
    }
    const step =
      job.step !== null && Object.hasOwn(clusters.steps, job.step)
        ? clusters.steps[job.step as keyof typeof clusters.steps]
        : undefined;
    const said = step === undefined ? clusters.training : clusters.trainingStep(step);
    return html`<div class="training">
      <label for="progress">${said}</label>
      <progress id="progress" max="1" .value=${job.progress}></progress>
      <span class="number">${this.format.percent(job.progress)}</span>
      <button type="button" class="quiet" @click=${() => void this.#cancel(job.id)}>${clusters.cancel}</button>
    </div>`;
  }

  #renderNone(): TemplateResult {
    const { clusters } = this.words;
    return this.job === undefined
      ? html`<div class="state"><p>${clusters.none}</p><p>${clusters.noneHint}</p></div>`
      : html`<div class="state">${clusters.noneHint}</div>`;
  }

  #renderFigure({ clusters, points }: Loaded): TemplateResult {
    const { cluster: selected, words, format } = this;
    return this.#figure.render({ points, clusters, selected, words, format });
  }

  #select(cluster: number | null): void {
    const model = this.#loaded.value?.model;
    if (model === undefined) return;
    this.cluster = cluster;
    this.dispatchEvent(new ClusterSelectEvent(model.id, cluster));
  }

  #onK(event: Event): void {
    if (event.target instanceof HTMLSelectElement) this.k = Number(event.target.value);
  }

  async #train(k: number): Promise<void> {
    const client = this.session?.client;
    if (client === undefined) return;
    this.failure = undefined;
    this.outcome = undefined;
    try {
      const name = this.words.clusters.modelName(k, this.format.stamp(Date.now()));
      const model = await client.models.create({ name, k });
      this.#follow(model.job);
    } catch (error) {
      this.failure = error;
    }
  }

  async #cancel(job: string): Promise<void> {
    try {
      await this.session?.client.jobs.cancel(job);
    } catch {
      // It was over before the answer came: following it tells how it ended.
    }
  }

  #follow(id: string): void {
    const { session } = this;
    if (session === undefined || this.#following?.id === id) return;
    this.#following?.end();
    const end = followJob(id, session, (job) => {
      if (job.state === 'queued' || job.state === 'running') {
        this.job = job;
        return;
      }
      this.job = undefined;
      this.#following = undefined;
      this.outcome = job.state === 'succeeded' ? undefined : job.state;
      if (job.state === 'succeeded') {
        if (this.model === null) this.cluster = null;
        this.dispatchEvent(new ModelReadyEvent(job.model));
      }
      this.refresh();
    });
    this.#following = { id, end };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-cluster-explorer': ClusterExplorerElement;
  }
}
