import type { List } from '../core/list.ts';
import { listOf } from '../core/list-of.ts';
import type { Transport } from '../core/transport.ts';
import { path } from '../internal/path.ts';
import type {
  Cluster,
  ClusterPoint,
  ListClusterPointsQuery,
  ListModelsQuery,
  Model,
  ModelPage,
  NewModel,
  RequestOptions,
} from '../types.ts';

export class Models {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts the training of a clustering; `jobs.wait(model.job)` waits for it. */
  create(model: NewModel, options: RequestOptions = {}): Promise<Model> {
    return this.#transport.request({ method: 'POST', path: path`/v1/models`, body: model, ...options });
  }

  /** Newest first. */
  list(query: ListModelsQuery = {}, options: RequestOptions = {}): List<Model, ModelPage> {
    return listOf(this.#transport, path`/v1/models`, query, options);
  }

  get(id: string, options: RequestOptions = {}): Promise<Model> {
    return this.#transport.request({ method: 'GET', path: path`/v1/models/${id}`, ...options });
  }

  /** The clusters with their profiles, largest first. */
  clusters(id: string, options: RequestOptions = {}): Promise<{ data: Cluster[] }> {
    return this.#transport.request({ method: 'GET', path: path`/v1/models/${id}/clusters`, ...options });
  }

  /** Players on the plane of the first two principal components, for drawing: a repeatable sample of `limit`. */
  points(
    id: string,
    query: ListClusterPointsQuery = {},
    options: RequestOptions = {},
  ): Promise<{ data: ClusterPoint[] }> {
    return this.#transport.request({ method: 'GET', path: path`/v1/models/${id}/points`, query, ...options });
  }
}
