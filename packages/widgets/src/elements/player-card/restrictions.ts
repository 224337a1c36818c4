import { html, nothing, type TemplateResult } from 'lit';
import type { Player } from '../../data/wire.ts';
import type { Formatter } from '../../format/format.ts';
import type { Messages } from '../../locales/en.ts';

/** The banner that nobody may miss: what is in force, who said so, and until when. Nothing where nothing is in force. */
export function renderRestrictions(
  player: Player,
  words: Messages,
  format: Formatter,
): TemplateResult | typeof nothing {
  if (!player.restricted && player.restrictions.length === 0) return nothing;
  const { player: say } = words;
  return html`<div class="banner" role="alert">
    <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"></circle><path d="M5.6 5.6 18.4 18.4"></path></svg>
    <div>
      <strong>${say.restrictedTitle}</strong>
      ${player.restrictions.length === 0 ? html`<p>${say.restricted}</p>` : nothing}
      <ul>
        ${player.restrictions.map(
          ({ restriction, scope, since, endsAt }) => html`<li>
            ${say.restriction(say.restrictions[restriction], say.scopes[scope])},
            ${say.from(format.date(since))}, ${endsAt === null ? say.noEnd : say.until(format.date(endsAt))}
          </li>`,
        )}
      </ul>
    </div>
  </div>`;
}
