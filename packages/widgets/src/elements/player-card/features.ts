import { html, type TemplateResult } from 'lit';
import type { Feature, Player } from '../../data/wire.ts';
import { featureName } from '../../format/feature-words.ts';
import type { Formatter } from '../../format/format.ts';
import type { Messages } from '../../locales/en.ts';

export type Window = Feature['window'];
const order = ['now', '7d', '30d', '90d', 'lifetime'] as const satisfies readonly Window[];

/** The windows that some feature has, shortest first. */
export const windowsOf = (features: readonly Feature[]): Window[] =>
  order.filter((window) => features.some((feature) => feature.window === window));

export type FeaturesOptions = {
  words: Messages;
  format: Formatter;
  window: Window;
  choose(window: Window): void;
};

/** What the player does, a window at a time: names and units for people, the definition on hover. */
export function renderFeatures(
  player: Player,
  features: readonly Feature[],
  { words, format, window, choose }: FeaturesOptions,
): TemplateResult {
  const shown = features.filter((feature) => feature.window === window);
  return html`
    <div class="row">
      <h3>${words.player.features}</h3>
      <div class="segmented" role="group" aria-label=${words.player.features}>
        ${windowsOf(features).map(
          (each) => html`<button type="button" aria-pressed=${each === window ? 'true' : 'false'}
            title=${words.player.windows[each]} @click=${() => choose(each)}>${words.player.shortWindows[each]}</button>`,
        )}
      </div>
    </div>
    ${
      shown.length === 0
        ? html`<p class="faint">${words.player.noFeatures}</p>`
        : html`<dl class="features">
          ${shown.map(
            ({ id, unit, definition }) => html`<div>
              <dt title=${definition}>${featureName(id, words)}</dt>
              <dd class="number">${format.feature(player.features[id], unit, player.currency)}</dd>
            </div>`,
          )}
        </dl>`
    }`;
}
