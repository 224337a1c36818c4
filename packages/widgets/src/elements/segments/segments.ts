import { Task } from '@lit/task';
import { html, nothing, type TemplateResult } from 'lit';
import { CRMBetElement } from '../../controllers/crmbet-element.ts';
import type { SessionValue } from '../../controllers/session-context.ts';
import type { Feature, Segment } from '../../data/wire.ts';
import { SegmentSelectEvent } from '../../events/segment-select.ts';
import { ruleWords } from '../../format/rule-words.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { styles } from './segments.styles.ts';

type Loaded = { segments: readonly Segment[]; features: ReadonlyMap<string, Feature>; players: number };

const mostSegments = 200;
const refreshMs = 5000;

/**
 * `<crmbet-segments>`: the segments, newest first, with their rule in words and their size. Sizes follow the stream.
 *
 * Attributes: `selected` (a segment's id), `currency` (ISO 4217, in which the money of a rule is shown).
 * Fires `crmbet-segment-select`.
 */
export class SegmentsElement extends CRMBetElement {
  static override properties = { selected: { reflect: true }, currency: {} };
  static override styles = [tokens, shared, styles];

  declare selected: string | null;
  declare currency: string | null;

  #unlisten: (() => void) | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;

  readonly #loaded = new Task(this, {
    args: () => [this.session?.client] as const,
    task: async ([client]): Promise<Loaded | undefined> => {
      if (client === undefined) return undefined;
      const [segments, features, players] = await Promise.all([
        client.segments.list({ limit: mostSegments }),
        client.features.list(),
        client.players.list({ limit: 1, count: true }),
      ]);
      return {
        segments: segments.data,
        features: new Map(features.data.map((feature) => [feature.id, feature])),
        players: players.total ?? 0,
      };
    },
  });

  constructor() {
    super();
    this.selected = null;
    this.currency = null;
  }

  refresh(): void {
    void this.#loaded.run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unlisten?.();
    this.#unlisten = undefined;
    clearTimeout(this.#due);
    this.#due = undefined;
  }

  protected override sessionChanged(value: SessionValue | undefined): void {
    this.#unlisten?.();
    this.#unlisten = value?.stream.listen(null, {
      message: ({ event }) => {
        if (event !== 'player.event' && event !== 'job.updated') this.#refreshSoon();
      },
    });
  }

  #refreshSoon(): void {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.refresh();
    }, refreshMs);
  }

  protected override render(): TemplateResult {
    const { error, value } = this.#loaded;
    if (error !== undefined) return this.renderFailure(error, () => this.refresh());
    if (value === undefined) return this.renderLoading();
    if (value.segments.length === 0) return this.renderEmpty(this.words.segments.empty);
    return html`<ul aria-label=${this.words.segments.title}>
      ${value.segments.map((segment) => this.#renderSegment(segment, value))}
    </ul>`;
  }

  #renderSegment(segment: Segment, { features, players }: Loaded): TemplateResult {
    const { words, format } = this;
    const rule = ruleWords(segment.rule, { words, format, features, currency: this.currency });
    const share = players === 0 ? 0 : segment.size / players;
    const choose = () => {
      this.selected = segment.id;
      this.dispatchEvent(new SegmentSelectEvent(segment.id, segment.name));
    };
    return html`<li>
      <button type="button" aria-pressed=${segment.id === this.selected ? 'true' : 'false'} @click=${choose}>
        <span class="name">${segment.name}</span>
        <span class="size number">${words.segments.size(segment.size)}</span>
        <span class="rule" title=${segment.description ?? nothing}>${rule}</span>
        <span class="share number">${players === 0 ? nothing : words.segments.share(format.percent(share, share < 0.001 ? 2 : 1))}</span>
        <svg class="bar" aria-hidden="true"><rect width="${share * 100}%" height="100%"></rect></svg>
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-segments': SegmentsElement;
  }
}
