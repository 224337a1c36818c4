import { Task } from '@lit/task';
import { html, nothing, type TemplateResult } from 'lit';
import { sparkline } from '../../charts/sparkline.ts';
import { CRMBetElement } from '../../controllers/crmbet-element.ts';
import type { Kpis } from '../../data/wire.ts';
import { dayOf, dayPlus, daysUntil } from '../../format/days.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { styles } from './kpis.styles.ts';

const ranges = [7, 30, 90];
const refreshMs = 60_000;
type Sums = Kpis['currencies'][number];
type Series = 'activePlayers' | 'deposits' | 'turnover' | 'ggr';
type Figures = { now: Kpis; before: Kpis; last: string; days: number };

/**
 * `<crmbet-kpis>`: deposits, turnover, GGR and NGR of the last days, beside the days before them.
 *
 * Attributes: `days` (7, 30 or 90; default 30), `currency` (ISO 4217; the one with the most depositors where left out).
 * Reads anew every minute while the page is looked at, and at `refresh()`.
 */
export class KpisElement extends CRMBetElement {
  static override properties = { days: { type: Number, reflect: true }, currency: { reflect: true } };
  static override styles = [tokens, shared, styles];

  declare days: number;
  declare currency: string | null;

  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #figures = new Task(this, {
    args: () => [this.session?.client, this.days] as const,
    task: async ([client, days]): Promise<Figures | undefined> => {
      if (client === undefined) return undefined;
      const last = dayOf(Date.now());
      const from = dayPlus(last, 1 - days);
      const [now, before] = await Promise.all([
        client.reports.kpis({ from, to: last, series: true }),
        client.reports.kpis({ from: dayPlus(from, -days), to: dayPlus(from, -1) }),
      ]);
      return { now, before, last, days };
    },
  });

  constructor() {
    super();
    this.days = 30;
    this.currency = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (!document.hidden) this.refresh();
    }, refreshMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  refresh(): void {
    void this.#figures.run();
  }

  protected override render(): TemplateResult {
    const { error, value } = this.#figures;
    if (error !== undefined) return this.renderFailure(error, () => this.refresh());
    if (value === undefined) return this.renderLoading();
    return html`
      <header>
        <h2 class="hidden">${this.words.kpis.title}</h2>
        <div class="segmented" role="group" aria-label=${this.words.kpis.range}>
          ${ranges.map(
            (days) => html`<button type="button" aria-pressed=${days === this.days ? 'true' : 'false'}
              @click=${() => {
                this.days = days;
              }}>${this.words.kpis.days(days)}</button>`,
          )}
        </div>
        ${this.#renderCurrencies(value.now)}
      </header>
      ${this.#renderTiles(value)}`;
  }

  #sums(kpis: Kpis): Sums | undefined {
    const largest = kpis.currencies.toSorted((a, b) => b.depositors - a.depositors)[0];
    return kpis.currencies.find(({ currency }) => currency === this.currency) ?? largest;
  }

  #renderCurrencies(kpis: Kpis): TemplateResult | typeof nothing {
    if (kpis.currencies.length < 2) return nothing;
    const chosen = this.#sums(kpis)?.currency;
    const choose = (event: Event) => {
      if (event.target instanceof HTMLSelectElement) this.currency = event.target.value;
    };
    return html`<select aria-label=${this.words.kpis.currency} @change=${choose}>
      ${kpis.currencies.map(({ currency }) => html`<option ?selected=${currency === chosen}>${currency}</option>`)}
    </select>`;
  }

  #renderTiles(figures: Figures): TemplateResult {
    const { now, before } = figures;
    const { format } = this;
    const words = this.words.kpis;
    const sums = this.#sums(now);
    const then = before.currencies.find(({ currency }) => currency === sums?.currency);
    const share = (part: number, whole: number) => format.percent(whole === 0 ? 0 : part / whole, 1);
    const money = (amount: string) => (sums === undefined ? '' : format.compactMoney(amount, sums.currency));
    const exact = (amount: string) => (sums === undefined ? '' : format.moneyOf(amount, sums.currency));
    const perPlayer = (amount: string) =>
      words.perPlayer(money(String(Math.round(Number(amount) / Math.max(1, now.activePlayers)))));
    return html`<dl>
      ${this.#tile(
        words.activePlayers,
        format.number(now.activePlayers),
        words.ofPlayers(share(now.activePlayers, now.players)),
        {
          change: [now.activePlayers, before.activePlayers],
          series: this.#series(figures, 'activePlayers', sums),
        },
      )}
      ${
        sums === undefined
          ? nothing
          : html`
        ${this.#tile(
          words.deposits,
          money(sums.deposits.amount),
          words.depositors(format.number(sums.depositors)),
          {
            title: exact(sums.deposits.amount),
            change: [Number(sums.deposits.amount), Number(then?.deposits.amount ?? 0)],
            series: this.#series(figures, 'deposits', sums),
          },
        )}
        ${this.#tile(words.turnover, money(sums.turnover), perPlayer(sums.turnover), {
          title: exact(sums.turnover),
          change: [Number(sums.turnover), Number(then?.turnover ?? 0)],
          series: this.#series(figures, 'turnover', sums),
        })}
        ${this.#tile(
          words.ggr,
          money(sums.ggr),
          words.margin(share(Number(sums.ggr), Number(sums.turnover))),
          {
            title: exact(sums.ggr),
            change: [Number(sums.ggr), Number(then?.ggr ?? 0)],
            series: this.#series(figures, 'ggr', sums),
          },
        )}
        ${this.#tile(
          words.ngr,
          money(sums.ngr),
          words.margin(share(Number(sums.ngr), Number(sums.turnover))),
          {
            title: exact(sums.ngr),
            change: [Number(sums.ngr), Number(then?.ngr ?? 0)],
          },
        )}`
      }
      ${this.#tile(words.restricted, format.number(now.restrictedPlayers), words.ofPlayers(share(now.restrictedPlayers, now.players)))}
    </dl>`;
  }

  #series({ now, last, days }: Figures, name: Series, sums: Sums | undefined): number[] {
    const byDay = new Map<string, number>();
    for (const row of now.days) {
      if (name !== 'activePlayers' && row.currency !== sums?.currency) continue;
      byDay.set(row.day, (byDay.get(row.day) ?? 0) + Number(row[name]));
    }
    return daysUntil(last, days).map((day) => byDay.get(day) ?? 0);
  }

  #tile(
    name: string,
    value: string,
    note: string,
    {
      title,
      change,
      series,
    }: { title?: string; change?: [now: number, before: number]; series?: number[] } = {},
  ): TemplateResult {
    return html`<div class="tile">
      <dt>${name}</dt>
      <dd class="value number" title=${title ?? nothing}>${value}</dd>
      <dd class="note">${note}</dd>
      <dd class="trend">${change === undefined ? nothing : this.#change(...change)}${series === undefined ? nothing : sparkline(series)}</dd>
    </div>`;
  }

  #change(now: number, before: number): TemplateResult | typeof nothing {
    if (before <= 0) return nothing;
    const words = this.words.kpis;
    const grown = (now - before) / before;
    const share = this.format.percent(Math.abs(grown), 1);
    const way = Math.abs(grown) < 0.0005 ? 'even' : grown > 0 ? 'up' : 'down';
    const arrow = { even: '=', up: '↑', down: '↓' }[way];
    const said = { even: words.even, up: words.up(share), down: words.down(share) }[way];
    return html`<span class="change ${way}" title="${said} ${way === 'even' ? '' : words.before(this.days)}">
      <span aria-hidden="true">${arrow} ${share}</span><span class="hidden">${said} ${words.before(this.days)}</span>
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-kpis': KpisElement;
  }
}
