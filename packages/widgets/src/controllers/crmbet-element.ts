import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { failureOf } from '../data/failure.ts';
import { type Formatter, formatterOf } from '../format/format.ts';
import type { Messages } from '../locales/en.ts';
import { type Lang, langOf, messagesOf } from '../locales/languages.ts';
import { type SessionValue, sessionContext } from './session-context.ts';

/** What every element inside a `<crmbet-session>` shares: the session, words, formats, and the look of a failure. */
export class CRMBetElement extends LitElement {
  readonly #session = new ContextConsumer(this, {
    context: sessionContext,
    subscribe: true,
    callback: (value) => this.sessionChanged(value),
  });

  protected get session(): SessionValue | undefined {
    return this.#session.value;
  }

  /** The element's language: its own `lang`, or the session's. */
  protected get language(): Lang {
    return this.lang === ''
      ? (this.session?.lang ?? langOf(document.documentElement.lang))
      : langOf(this.lang);
  }

  protected get words(): Messages {
    return messagesOf(this.language);
  }

  protected get format(): Formatter {
    return formatterOf(this.language);
  }

  /** For elements that listen to the session beyond rendering. */
  protected sessionChanged(_value: SessionValue | undefined): void {}

  /** A failure in words, with a way to try again. */
  protected renderFailure(error: unknown, retry: () => void): TemplateResult {
    const { kind, requestId } = failureOf(error);
    return html`<div class="state failure" role="alert">
      <p>${this.words.failure[kind]}</p>
      ${requestId === undefined ? nothing : html`<p class="faint">${this.words.failure.request(requestId)}</p>`}
      <button type="button" @click=${retry}>${this.words.retry}</button>
    </div>`;
  }

  protected renderLoading(): TemplateResult {
    return html`<div class="state" role="status"><span class="spinner" aria-hidden="true"></span>${this.words.loading}</div>`;
  }

  protected renderEmpty(text: string): TemplateResult {
    return html`<div class="state faint">${text}</div>`;
  }
}
