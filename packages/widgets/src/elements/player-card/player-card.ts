import { Task } from '@lit/task';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { clusterColour } from '../../charts/cluster-colour.ts';
import { CRMBetElement } from '../../controllers/crmbet-element.ts';
import type { SessionValue } from '../../controllers/session-context.ts';
import { placeOf } from '../../data/place-of.ts';
import type { Feature, LiveEvent, Player, PlayerDay, StreamMessage } from '../../data/wire.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { type ActivityMetric, renderActivity } from './activity.ts';
import { renderFeatures, type Window, windowsOf } from './features.ts';
import { styles } from './player-card.styles.ts';
import { renderRestrictions } from './restrictions.ts';
import { renderTimeline } from './timeline.ts';

type Loaded = {
  player: Player;
  days: readonly PlayerDay[];
  features: readonly Feature[];
  events: readonly LiveEvent[];
};

const timelineLength = 40;
const chartDays = 90;
const refreshMs = 1500;

/**
 * `<crmbet-player-card player="p-1042">`: one player: restrictions first, then money, activity, segments, cluster,
 * behaviour and latest events. Follows the player live.
 *
 * Attribute: `player` (the operator's own id). `refresh()` reads anew.
 */
export class PlayerCardElement extends CRMBetElement {
  static override properties = {
    player: { reflect: true },
    metric: { state: true },
    window: { state: true },
    hovered: { state: true },
    fresh: { state: true },
  };
  static override styles = [tokens, shared, styles];

  declare player: string | null;
  declare protected metric: ActivityMetric;
  declare protected window: Window;
  declare protected hovered: number | null;
  /** Events that came since the player was read, newest first. */
  declare protected fresh: readonly LiveEvent[];

  #listening: { player: string; stream: SessionValue['stream']; end(): void } | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;
  #shown: string | undefined;

  readonly #loaded = new Task(this, {
    args: () => [this.session?.client, this.player] as const,
    task: async ([client, id]): Promise<Loaded | undefined> => {
      if (client === undefined || id === null || id === '') return undefined;
      const [player, days, features, events] = await Promise.all([
        client.players.get(id),
        client.players.days(id, { days: chartDays }),
        client.features.list(),
        client.players.events(id, { limit: timelineLength }),
      ]);
      return { player, days: days.data, features: features.data, events: events.data };
    },
  });

  constructor() {
    super();
    this.player = null;
    this.metric = 'deposits';
    this.window = '30d';
    this.hovered = null;
    this.fresh = [];
  }

  refresh(): void {
    void this.#loaded.run();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listen(undefined, null);
    clearTimeout(this.#due);
    this.#due = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('player')) {
      this.fresh = [];
      this.hovered = null;
    }
    this.#listen(this.session?.stream, this.player);
  }

  #listen(stream: SessionValue['stream'] | undefined, player: string | null): void {
    const known = this.#listening;
    if (known?.player === player && known?.stream === stream) return;
    known?.end();
    this.#listening =
      stream === undefined || player === null || player === ''
        ? undefined
        : { player, stream, end: stream.listen(player, { message: (message) => this.#hear(message) }) };
  }

  #hear(message: StreamMessage): void {
    if (message.event === 'job.updated') return;
    if (message.event === 'player.event') this.fresh = [message.data, ...this.fresh].slice(0, timelineLength);
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.refresh();
    }, refreshMs);
  }

  protected override render(): TemplateResult {
    const { error, value } = this.#loaded;
    if (this.player === null || this.player === '') return this.renderEmpty(this.words.player.choose);
    if (error !== undefined) return this.renderFailure(error, () => this.refresh());
    // A refresh keeps what is shown; another player does not.
    if (value !== undefined) this.#shown = value.player.id;
    if (value === undefined || this.#shown !== this.player) return this.renderLoading();
    return this.#renderPlayer(value);
  }

  #renderPlayer({ player, days, features, events }: Loaded): TemplateResult {
    const place = placeOf(player);
    const { words, format } = this;
    const known = new Set(events.map(({ id }) => id));
    const latest = [...this.fresh.filter(({ id }) => !known.has(id)), ...events].slice(0, timelineLength);
    return html`<article aria-label=${words.player.heading(player.id)}>
      ${this.#renderHeader(player)}
      ${renderRestrictions(player, words, format)}
      ${this.#renderFigures(player)}
      <section>
        ${renderActivity(days, player.currency, {
          words,
          format,
          metric: this.metric,
          days: chartDays,
          hovered: this.hovered,
          choose: (metric) => {
            this.metric = metric;
          },
          over: (index) => {
            this.hovered = index;
          },
        })}
      </section>
      <section class="places">
        <div>
          <h3>${words.player.cluster}</h3>
          ${
            place === null
              ? html`<p class="faint">${words.none}</p>`
              : html`<span class="chip" title=${place.modelName}><span class="swatch" data-cluster=${clusterColour(place.cluster)}></span>${words.clusters.name(place.cluster + 1)}</span>`
          }
        </div>
        <div>
          <h3>${words.player.segments}</h3>
          ${
            player.segments.length === 0
              ? html`<p class="faint">${words.player.noSegments}</p>`
              : html`<ul class="chips">${player.segments.map(
                  ({ name, enteredAt }) =>
                    html`<li class="chip" title=${words.player.from(format.date(enteredAt))}><span class="clip">${name}</span></li>`,
                )}</ul>`
          }
        </div>
      </section>
      <section>
        ${renderFeatures(player, features, {
          words,
          format,
          window: windowsOf(features).includes(this.window) ? this.window : (windowsOf(features)[0] ?? '30d'),
          choose: (window) => {
            this.window = window;
          },
        })}
      </section>
      <section>
        <h3>${words.player.timeline}</h3>
        ${renderTimeline(latest, words, format)}
      </section>
    </article>`;
  }

  #renderHeader(player: Player): TemplateResult {
    const { words, format } = this;
    const name = player.profile.name;
    const facts = [
      player.brand,
      player.country === null ? null : format.country(player.country),
      player.registeredAt === null ? null : words.player.since(format.date(player.registeredAt)),
      player.lastActiveAt === null ? null : words.player.lastActive(format.ago(player.lastActiveAt)),
    ].filter((fact) => fact !== null);
    return html`<header>
      <h2>${typeof name === 'string' && name !== '' ? name : player.id}</h2>
      ${player.vipLevel === null ? nothing : html`<span class="vip">${player.vipLevel}</span>`}
      <p class="faint">${typeof name === 'string' && name !== '' ? html`<span class="number">${player.id}</span> · ` : nothing}${facts.join(' · ')}</p>
    </header>`;
  }

  #renderFigures(player: Player): TemplateResult {
    const { words, format } = this;
    const { figures } = words.player;
    const figure = (name: string, money: Player['ggr'], note?: string) => html`<div>
      <dt>${name}</dt>
      <dd class="value number" ?data-negative=${money.amount.startsWith('-')} title=${format.money(money)}>${format.shortMoney(money)}</dd>
      <dd class="faint">${note ?? nothing}</dd>
    </div>`;
    return html`<dl class="figures">
      ${figure(figures.deposits, player.deposits.money, words.player.times(player.deposits.count))}
      ${figure(figures.withdrawals, player.withdrawals.money, words.player.times(player.withdrawals.count))}
      ${figure(figures.bonuses, player.bonuses.money, words.player.times(player.bonuses.count))}
      ${figure(figures.turnover, player.turnover)}
      ${figure(figures.ggr, player.ggr)}
      ${figure(figures.ngr, player.ngr)}
    </dl>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-player-card': PlayerCardElement;
  }
}
