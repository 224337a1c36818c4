import { html, type TemplateResult } from 'lit';
import { dayBars } from '../../charts/day-bars.ts';
import type { PlayerDay } from '../../data/wire.ts';
import { dayOf, daysUntil } from '../../format/days.ts';
import type { Formatter } from '../../format/format.ts';
import type { Messages } from '../../locales/en.ts';

const metrics = ['deposits', 'turnover', 'ggr'] as const;
export type ActivityMetric = (typeof metrics)[number];

export type ActivityOptions = {
  words: Messages;
  format: Formatter;
  metric: ActivityMetric;
  days: number;
  hovered: number | null;
  choose(metric: ActivityMetric): void;
  over(index: number | null): void;
};

/** Money by day: one measure at a time, since turnover dwarfs deposits on a shared scale. */
export function renderActivity(
  rows: readonly PlayerDay[],
  accountCurrency: string | null,
  { words, format, metric, days, hovered, choose, over }: ActivityOptions,
): TemplateResult {
  const currency = accountCurrency ?? rows[0]?.currency ?? null;
  const byDay = new Map<string, bigint>();
  for (const row of rows) {
    if (row.currency === currency) byDay.set(row.day, (byDay.get(row.day) ?? 0n) + BigInt(row[metric]));
  }
  const today = dayOf(Date.now());
  // East of Greenwich the tenant's day may already be tomorrow's.
  const last = [today, rows.at(-1)?.day ?? today].toSorted().at(-1) ?? today;
  const shown = daysUntil(last, days);
  const amounts = shown.map((day) => byDay.get(day) ?? 0n);
  const money = (amount: bigint) => (currency === null ? '' : format.moneyOf(amount, currency));
  const name = words.player.figures[metric];
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  const peak = amounts.reduce((best, amount, index) => (amount > (amounts[best] ?? 0n) ? index : best), 0);
  const label = `${words.player.activityOf(name, money(total), days)}. ${words.player.activityPeak(money(amounts[peak] ?? 0n), format.day(shown[peak] ?? today))}`;
  const first = shown[0] ?? today;
  return html`
    <div class="row">
      <h3>${words.player.activity}</h3>
      <div class="segmented" role="group" aria-label=${words.player.activity}>
        ${metrics.map(
          (each) =>
            html`<button type="button" aria-pressed=${each === metric ? 'true' : 'false'} @click=${() => choose(each)}>${words.player.figures[each]}</button>`,
        )}
      </div>
    </div>
    ${
      amounts.every((amount) => amount === 0n)
        ? html`<p class="faint quiet-chart">${words.player.noActivity}</p>`
        : html`<div class="chart">
          ${dayBars(
            shown.map((day, index) => ({ day, value: Number(amounts[index] ?? 0n) })),
            { label, highlighted: hovered, over },
          )}
          <div class="axis number" aria-hidden="true">
            <span>${format.day(first)}</span>
            <span class="read">${hovered === null ? words.player.activityPeak(money(amounts[peak] ?? 0n), format.day(shown[peak] ?? today)) : `${format.day(shown[hovered] ?? today)}: ${money(amounts[hovered] ?? 0n)}`}</span>
            <span>${format.day(last)}</span>
          </div>
        </div>`
    }`;
}
