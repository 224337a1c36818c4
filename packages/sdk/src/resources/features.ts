import type { Transport } from '../core/transport.ts';
import { path } from '../internal/path.ts';
import type { Feature, RequestOptions } from '../types.ts';

export class Features {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The catalogue: what rules and models may use. */
  list(options: RequestOptions = {}): Promise<{ data: Feature[] }> {
    return this.#transport.request({ method: 'GET', path: path`/v1/features`, ...options });
  }
}
