import type { Transport } from '../core/transport.ts';
import { path } from '../internal/path.ts';
import type { NewSession, RequestOptions, Session } from '../types.ts';

export class Sessions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Mints a widget session of ten minutes. Called from the operator's server, once it knows who is asking. */
  create(session: NewSession, options: RequestOptions = {}): Promise<Session> {
    return this.#transport.request({ method: 'POST', path: path`/v1/sessions`, body: session, ...options });
  }
}
