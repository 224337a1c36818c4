import type { List } from '../core/list.ts';
import { listOf } from '../core/list-of.ts';
import type { Transport } from '../core/transport.ts';
import { base64 } from '../internal/base64.ts';
import { path } from '../internal/path.ts';
import type {
  Cluster,
  ClusterPoint,
  Job,
  ListClusterPointsQuery,
  ListModelsQuery,
  ListModelVersionsQuery,
  Model,
  ModelComparison,
  ModelDrift,
  ModelExperiment,
  ModelPage,
  ModelVersion,
  ModelVersionPage,
  NewModel,
  NewModelImport,
  NewModelVersion,
  RequestOptions,
} from '../types.ts';

export class Models {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts the training of a model's first version; `jobs.wait(model.job)` waits for it, and then it is served. */
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

  /** For ever, with its versions and scores. Not while a segment reads it. */
  delete(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.request({ method: 'DELETE', path: path`/v1/models/${id}`, ...options });
  }

  /** Scores everybody whose score is missing or old: what happens by itself too, for whoever will not wait. */
  score(id: string, options: RequestOptions = {}): Promise<Job> {
    return this.#transport.request({ method: 'POST', path: path`/v1/models/${id}/score`, ...options });
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

  /**
   * Starts the training of another version, by default with the same parameters on the players as they are by now;
   * `jobs.wait(version.job)` waits for it. It is served once it is promoted.
   */
  trainVersion(
    id: string,
    version: NewModelVersion = {},
    options: RequestOptions = {},
  ): Promise<ModelVersion> {
    return this.#transport.request({
      method: 'POST',
      path: path`/v1/models/${id}/versions`,
      body: version,
      ...options,
    });
  }

  /** Newest first. */
  versions(
    id: string,
    query: ListModelVersionsQuery = {},
    options: RequestOptions = {},
  ): List<ModelVersion, ModelVersionPage> {
    return listOf(this.#transport, path`/v1/models/${id}/versions`, query, options);
  }

  /** How good a version is, where it comes from, and how far its players have moved since. */
  version(id: string, version: number, options: RequestOptions = {}): Promise<ModelVersion> {
    return this.#transport.request({
      method: 'GET',
      path: path`/v1/models/${id}/versions/${String(version)}`,
      ...options,
    });
  }

  /** For ever. Neither the active version nor the challenger can be deleted. */
  deleteVersion(id: string, version: number, options: RequestOptions = {}): Promise<void> {
    return this.#transport.request({
      method: 'DELETE',
      path: path`/v1/models/${id}/versions/${String(version)}`,
      ...options,
    });
  }

  /** Has a version answer for every player from now on. */
  promote(id: string, version: number, options: RequestOptions = {}): Promise<Model> {
    return this.#transport.request({
      method: 'POST',
      path: path`/v1/models/${id}/versions/${String(version)}/promote`,
      ...options,
    });
  }

  /** Back to the version that was promoted before the active one. */
  rollBack(id: string, options: RequestOptions = {}): Promise<Model> {
    return this.#transport.request({ method: 'POST', path: path`/v1/models/${id}/rollback`, ...options });
  }

  /** Two versions, asked about the same players as they are now. */
  compare(
    id: string,
    versions: { base: number; other: number },
    options: RequestOptions = {},
  ): Promise<ModelComparison> {
    return this.#transport.request({
      method: 'GET',
      path: path`/v1/models/${id}/compare`,
      query: versions,
      ...options,
    });
  }

  /** Has a second version answer for a share of the players, the same ones for as long as the share is the same. */
  beginExperiment(id: string, experiment: ModelExperiment, options: RequestOptions = {}): Promise<Model> {
    return this.#transport.request({
      method: 'POST',
      path: path`/v1/models/${id}/experiment`,
      body: experiment,
      ...options,
    });
  }

  /** Has the active version answer for everybody again. */
  endExperiment(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.request({
      method: 'DELETE',
      path: path`/v1/models/${id}/experiment`,
      ...options,
    });
  }

  /** How far the players of today have moved from those that a version was trained on. */
  drift(id: string, version: number, options: RequestOptions = {}): Promise<ModelDrift> {
    return this.#transport.request({
      method: 'GET',
      path: path`/v1/models/${id}/versions/${String(version)}/drift`,
      ...options,
    });
  }

  /** A version as an ONNX file, its scaling inside. */
  onnx(id: string, version: number, options: RequestOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#transport.bytes({
      method: 'GET',
      path: path`/v1/models/${id}/versions/${String(version)}/model.onnx`,
      ...options,
    });
  }

  /**
   * Takes in a model of your own: an ONNX file and a manifest that says what goes in and what comes out. Refused, by name, unless
   * they fit each other and the features of the gateway.
   */
  import({ file, ...model }: NewModelImport, options: RequestOptions = {}): Promise<ModelVersion> {
    return this.#transport.request({
      method: 'POST',
      path: path`/v1/models/import`,
      body: { ...model, file: base64(file) },
      ...options,
    });
  }
}
