import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { CRMBetElement } from '../../controllers/crmbet-element.ts';
import type { SessionValue } from '../../controllers/session-context.ts';
import type { StreamState } from '../../data/stream-hub.ts';
import type { ToldMessage } from '../../data/wire.ts';
import { PlayerSelectEvent } from '../../events/player-select.ts';
import { eventWords } from '../../format/event-words.ts';
import { icon } from '../../styles/icons.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { FeedBuffer } from './feed-buffer.ts';
import { styles } from './live-feed.styles.ts';

/** How often the list moves: at a thousand events a second it still moves twice. */
const flushMs = 500;
/** How often a screen reader hears how many came. */
const announceMs = 15_000;

/**
 * `<crmbet-live-feed>`: what happens, as it happens: events, segments entered and left, trainings.
 *
 * Attributes: `max` (items kept, 100), `player` (only this one), `paused`. Fires `crmbet-player-select`.
 */
export class LiveFeedElement extends CRMBetElement {
  static override properties = {
    max: { type: Number },
    player: {},
    paused: { type: Boolean, reflect: true },
    connection: { state: true },
    shown: { state: true },
    waiting: { state: true },
    announced: { state: true },
  };
  static override styles = [tokens, shared, styles];

  declare max: number;
  declare player: string | null;
  declare paused: boolean;
  declare protected connection: StreamState;
  declare protected shown: readonly ToldMessage[];
  declare protected waiting: number;
  declare protected announced: string;

  #buffer = new FeedBuffer(100);
  #unlisten: (() => void) | undefined;
  #stream: SessionValue['stream'] | undefined;
  #timers: ReturnType<typeof setInterval>[] = [];
  #unheard = 0;

  constructor() {
    super();
    this.max = 100;
    this.player = null;
    this.paused = false;
    this.connection = 'connecting';
    this.shown = [];
    this.waiting = 0;
    this.announced = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timers = [
      setInterval(() => this.#flush(), flushMs),
      setInterval(() => {
        if (this.#unheard > 0) this.announced = this.words.feed.heard(this.#unheard);
        this.#unheard = 0;
      }, announceMs),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const timer of this.#timers) clearInterval(timer);
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#stream = undefined;
  }

  protected override sessionChanged(value: SessionValue | undefined): void {
    if (value?.stream === this.#stream) return;
    this.#stream = value?.stream;
    this.#listen();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('max')) this.#buffer = new FeedBuffer(this.max, this.shown);
    if (changed.has('player') && this.hasUpdated) {
      this.shown = [];
      this.#buffer = new FeedBuffer(this.max);
      this.#listen();
    }
    if (changed.has('paused') && !this.paused) this.#flush();
  }

  #listen(): void {
    this.#unlisten?.();
    this.#unlisten = this.#stream?.listen(this.player, {
      message: (message) => {
        // A gap is nothing that happened.
        if (message.event === 'stream.reset') return;
        if (this.#buffer.add(message)) this.#unheard += 1;
        // The first one is shown at once: an empty list must not wait.
        if (this.shown.length === 0) this.#flush();
      },
      state: (state) => {
        this.connection = state;
      },
    });
  }

  #flush(): void {
    this.waiting = this.paused ? this.#buffer.waiting : 0;
    if (!this.paused && this.#buffer.waiting > 0) this.shown = this.#buffer.take();
  }

  protected override render(): TemplateResult {
    const { feed, failure } = this.words;
    const state = this.paused
      ? feed.paused
      : this.connection === 'refused'
        ? failure.scope
        : feed[this.connection];
    return html`
      <header>
        <p class="connection" data-state=${this.paused ? 'paused' : this.connection}>${state}</p>
        <button type="button" class="quiet" aria-pressed=${this.paused ? 'true' : 'false'}
          @click=${() => {
            this.paused = !this.paused;
          }}>
          ${this.paused ? feed.resume : feed.pause}${this.waiting === 0 ? nothing : html`<span class="behind number">${feed.behind(this.waiting)}</span>`}
        </button>
      </header>
      <p class="hidden" role="status">${this.announced}</p>
      ${
        this.shown.length === 0
          ? this.renderEmpty(feed.waiting)
          : html`<ol tabindex="0" aria-label=${feed.title}>${repeat(
              this.shown,
              ({ id }) => id,
              (message) => this.#renderItem(message),
            )}</ol>`
      }`;
  }

  #renderItem(message: ToldMessage): TemplateResult {
    const { words, format } = this;
    switch (message.event) {
      case 'player.event': {
        const { title, detail, kind } = eventWords(message.data, words, format);
        return html`<li>
          <span class="icon" data-kind=${kind}>${icon(kind)}</span>
          <div><span class="title">${title}</span>${this.#renderPlayer(message.data.player)}
            ${detail === '' ? nothing : html`<span class="detail number">${detail}</span>`}</div>
          ${this.#renderTime(message.data.time)}
        </li>`;
      }
      case 'segment.entered':
      case 'segment.left': {
        const { segment, player, at } = message.data;
        const said = message.event === 'segment.entered' ? words.feed.entered : words.feed.left;
        return html`<li>
          <span class="icon" data-kind="segment">${icon('segment')}</span>
          <div>${this.#renderPlayer(player)} <span class="detail">${said(segment.name)}</span></div>
          ${this.#renderTime(at)}
        </li>`;
      }
      case 'job.updated': {
        const { state, progress, createdAt, finishedAt } = message.data;
        return html`<li>
          <span class="icon" data-kind="job">${icon('job')}</span>
          <div><span class="title">${words.feed.job[state]}</span>
            ${state === 'running' ? html`<span class="detail number">${format.percent(progress)}</span>` : nothing}</div>
          ${this.#renderTime(finishedAt ?? createdAt)}
        </li>`;
      }
    }
  }

  #renderPlayer(player: string): TemplateResult {
    return html`<button type="button" class="player number" @click=${() => this.dispatchEvent(new PlayerSelectEvent(player))}>${player}</button>`;
  }

  #renderTime(at: string): TemplateResult {
    return html`<time class="faint number" datetime=${at} title=${this.format.dateTime(at)}>${this.format.clock(at)}</time>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-live-feed': LiveFeedElement;
  }
}
