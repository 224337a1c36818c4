import { html, nothing, type TemplateResult } from 'lit';
import type { LiveEvent } from '../../data/wire.ts';
import { eventWords } from '../../format/event-words.ts';
import type { Formatter } from '../../format/format.ts';
import type { Messages } from '../../locales/en.ts';
import { icon } from '../../styles/icons.ts';

/** Events, newest first. */
export function renderTimeline(
  events: readonly LiveEvent[],
  words: Messages,
  format: Formatter,
): TemplateResult {
  if (events.length === 0) return html`<p class="faint">${words.player.noEvents}</p>`;
  return html`<ol class="timeline">
    ${events.map((event) => {
      const { title, detail, kind } = eventWords(event, words, format);
      return html`<li>
        <span class="icon" data-kind=${kind}>${icon(kind)}</span>
        <span class="what"><span class="title">${title}</span>${detail === '' ? nothing : html` <span class="detail number">${detail}</span>`}</span>
        <time class="faint number" datetime=${event.time} title=${format.dateTime(event.time)}>${format.ago(event.time)}</time>
      </li>`;
    })}
  </ol>`;
}
