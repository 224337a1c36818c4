import type { Transport } from '../core/transport.ts';
import { path } from '../internal/path.ts';
import type { Kpis, KpisQuery, RequestOptions } from '../types.ts';

export class Reports {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Deposits, turnover, GGR and NGR of a range of days, in the tenant's time zone; all time without a range. */
  kpis(query: KpisQuery = {}, options: RequestOptions = {}): Promise<Kpis> {
    return this.#transport.request({ method: 'GET', path: path`/v1/reports/kpis`, query, ...options });
  }
}
