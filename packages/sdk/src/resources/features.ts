import type { Transport } from '../core/transport.ts';
import { CRMBetError } from '../errors.ts';
import { path } from '../internal/path.ts';
import type { Feature, FeatureColumns, FeatureColumnsQuery, RequestOptions } from '../types.ts';

/** The database adds up days for every player: that is no ordinary answer. */
const headTimeout = 120_000;

export class Features {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The catalogue: what rules and models may use. */
  list(options: RequestOptions = {}): Promise<{ data: Feature[] }> {
    return this.#transport.request({ method: 'GET', path: path`/v1/features`, ...options });
  }

  /**
   * The features of all players, as an Arrow stream that is read as it is made: by `collectColumns` or `readColumns` of
   * `@crmbet/sdk/columns`, or by whatever else reads Arrow. The time limit, two minutes unless another is given, ends with
   * the answer's head, which comes with the first of the rows.
   */
  async columns(query: FeatureColumnsQuery, options: RequestOptions = {}): Promise<FeatureColumns> {
    const { body, headers } = await this.#transport.open({
      method: 'GET',
      path: path`/v1/features/columns`,
      query: { ...query, features: query.features.join() },
      headers: { accept: 'application/vnd.apache.arrow.stream' },
      timeout: headTimeout,
      ...options,
    });
    if (body === null) throw new CRMBetError('The columns came without a body.');
    return {
      names: query.features,
      asOf: new Date(headers.get('x-as-of') ?? Number.NaN),
      rows: Number(headers.get('x-row-count') ?? 0),
      body,
    };
  }
}
