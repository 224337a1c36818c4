import { apiKeyCredential, type Credential } from './core/credential.ts';
import { type Logger, silent } from './core/logger.ts';
import { type FetchSession, sessionCredential } from './core/session-credential.ts';
import { Transport } from './core/transport.ts';
import { CRMBetError } from './errors.ts';
import type { CaptureOptions } from './events/capture-queue.ts';
import { inBrowserPage } from './internal/browser.ts';
import type { FetchLike } from './internal/http.ts';
import { DeadLetters } from './resources/dead-letters.ts';
import { Events } from './resources/events.ts';
import { Features } from './resources/features.ts';
import { Jobs } from './resources/jobs.ts';
import { Models } from './resources/models.ts';
import { Players } from './resources/players.ts';
import { Reports } from './resources/reports.ts';
import { Segments } from './resources/segments.ts';
import { Sessions } from './resources/sessions.ts';
import { Stream } from './stream/stream.ts';

export type CRMBetOptions = {
  /** `sk_…` on a server, `pk_…` for event capture in a browser. This, or `fetchSession`. */
  apiKey?: string | undefined;
  /** In a page: asks the operator's own server for a widget session. This, or `apiKey`. */
  fetchSession?: FetchSession | undefined;
  /** Where the gateway is, such as `https://crm.example.com`. */
  baseUrl: string | URL;
  /** Milliseconds a try may take; 30,000. */
  timeout?: number;
  /** Tries after the first, on 408, 425, 429, 5xx, a request still in progress, and no answer; 2. */
  maxRetries?: number;
  /** Bodies above 1 KB go out as gzip, where the runtime can do it; true. On a fast network it costs more than it saves. */
  compress?: boolean;
  fetch?: FetchLike;
  logger?: Logger;
  /** The queue behind `events.capture`. */
  capture?: CaptureOptions;
};

/**
 * The client of a CRMBet gateway.
 *
 * @example
 * const crmbet = new CRMBet({ apiKey: process.env.CRMBET_SECRET_KEY, baseUrl: 'http://127.0.0.1:8787' });
 * for await (const player of crmbet.players.list({ sort: 'deposits' })) console.log(player.id);
 */
export class CRMBet {
  readonly events: Events;
  readonly deadLetters: DeadLetters;
  readonly players: Players;
  readonly segments: Segments;
  readonly features: Features;
  readonly models: Models;
  readonly jobs: Jobs;
  readonly reports: Reports;
  readonly sessions: Sessions;
  readonly stream: Stream;

  constructor(options: CRMBetOptions) {
    const transport = new Transport({
      baseUrl: readBaseUrl(options.baseUrl),
      credential: readCredential(options),
      timeout: options.timeout ?? 30_000,
      maxRetries: options.maxRetries ?? 2,
      compress: options.compress ?? true,
      // Looked up at each call, so that what wraps the global later is seen; called bare, as browsers demand.
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      logger: options.logger ?? silent,
    });
    this.events = new Events(transport, options.capture);
    this.deadLetters = new DeadLetters(transport);
    this.players = new Players(transport);
    this.segments = new Segments(transport);
    this.features = new Features(transport);
    this.models = new Models(transport);
    this.jobs = new Jobs(transport);
    this.reports = new Reports(transport);
    this.sessions = new Sessions(transport);
    this.stream = new Stream(transport);
  }
}

function readBaseUrl(given: string | URL): string {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CRMBetError(
      'baseUrl must be the http(s) address of the gateway, such as https://crm.example.com.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function readCredential({ apiKey, fetchSession }: CRMBetOptions): Credential {
  if ((apiKey === undefined) === (fetchSession === undefined)) {
    throw new CRMBetError('Give exactly one of apiKey and fetchSession.');
  }
  if (fetchSession !== undefined) return sessionCredential(fetchSession);
  if (apiKey === undefined || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new CRMBetError('The apiKey is empty or holds characters that no key has.');
  }
  if (apiKey.startsWith('sk_') && inBrowserPage()) {
    throw new CRMBetError(
      'A secret key (sk_…) in a page is readable by everyone who opens it. Use fetchSession, or a publishable key (pk_…) to capture events.',
    );
  }
  return apiKeyCredential(apiKey);
}
