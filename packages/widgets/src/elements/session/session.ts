import { CRMBet } from '@crmbet/sdk';
import { ContextProvider } from '@lit/context';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { type SessionValue, sessionContext } from '../../controllers/session-context.ts';
import { StreamHub } from '../../data/stream-hub.ts';
import { watchedFetch } from '../../data/watched-fetch.ts';
import type { WidgetClient } from '../../data/widget-client.ts';
import { langOf } from '../../locales/languages.ts';
import { postForSession, type WidgetSession } from './post-for-session.ts';

/**
 * `<crmbet-session>`: gives the elements inside it a client, a language and a theme.
 *
 * ```html
 * <crmbet-session session-url="/session" lang="pt-BR">
 *   <crmbet-players-table></crmbet-players-table>
 * </crmbet-session>
 * ```
 *
 * The operator's own server answers `session-url` (a POST) with what `POST /v1/sessions` gave it: `{ token,
 * expiresAt }`, and may add the `scopes` that it asked for, so that the elements hide what the member of staff may not
 * do. Or the page sets the property `fetchSession`, or hands in a whole `client`.
 *
 * Attributes: `base-url` (the gateway's; the page's own origin where left out), `session-url`, `lang` (`en`, `pt-BR`,
 * `es`; the page's `lang` where left out), `data-theme` (`light` or `dark`; the page's `color-scheme` where left out).
 */
export class SessionElement extends LitElement {
  static override properties = {
    baseUrl: { attribute: 'base-url' },
    sessionUrl: { attribute: 'session-url' },
    lang: {},
    fetchSession: { attribute: false },
    client: { attribute: false },
  };

  static override styles = css`
    :host { display: contents; }
    :host([data-theme='light']) { color-scheme: light; }
    :host([data-theme='dark']) { color-scheme: dark; }
  `;

  declare baseUrl: string | null;
  declare sessionUrl: string | null;
  declare lang: string;
  declare fetchSession: (() => Promise<WidgetSession>) | undefined;
  declare client: WidgetClient | undefined;

  readonly #provider = new ContextProvider(this, { context: sessionContext });
  #made: { client: WidgetClient; stream: StreamHub } | undefined;
  #scopes: readonly string[] | undefined;
  readonly #pageLanguage = new MutationObserver(() => this.requestUpdate());

  constructor() {
    super();
    this.baseUrl = null;
    this.sessionUrl = null;
    this.lang = '';
    this.fetchSession = undefined;
    this.client = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#pageLanguage.observe(document.documentElement, { attributes: true, attributeFilter: ['lang'] });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#pageLanguage.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const outside: (keyof SessionElement)[] = ['baseUrl', 'sessionUrl', 'fetchSession', 'client'];
    if (outside.some((name) => changed.has(name))) this.#made = this.#make();
    this.#provide();
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  #make(): { client: WidgetClient; stream: StreamHub } | undefined {
    this.#scopes = undefined;
    const client = this.client ?? this.#connect((open) => stream.say(open ? 'live' : 'reconnecting'));
    if (client === undefined) return undefined;
    const stream = new StreamHub((options) => client.stream.open(options));
    return { client, stream };
  }

  #connect(streamIs: (open: boolean) => void): WidgetClient | undefined {
    const { sessionUrl } = this;
    const ask = this.fetchSession ?? (sessionUrl === null ? undefined : () => postForSession(sessionUrl));
    if (ask === undefined) return undefined;
    return new CRMBet({
      baseUrl: this.baseUrl ?? location.origin,
      fetch: watchedFetch((url, init) => fetch(url, init), streamIs),
      fetchSession: async () => {
        const { scopes, ...session } = await ask();
        if (scopes !== undefined && scopes.join() !== this.#scopes?.join()) {
          this.#scopes = scopes;
          this.requestUpdate();
        }
        return session;
      },
    });
  }

  #provide(): void {
    const scopes = this.#scopes;
    const lang = langOf(this.lang || document.documentElement.lang || navigator.language);
    const value: SessionValue | undefined = this.#made && {
      ...this.#made,
      lang,
      may: (scope) => scopes === undefined || scopes.includes(scope),
    };
    this.#provider.setValue(value);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-session': SessionElement;
  }
}
