import type { Principal } from '../../auth/principal.ts';
import { countFeatureRows, streamFeatures } from '../../db/queries/feature-columns.ts';
import { findSegment } from '../../db/queries/segments.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import { definitionOf } from '../../features/model-features.ts';
import type { FeaturesService } from '../features/features-service.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import { ArrowColumns } from './arrow-columns.ts';
import { type Precision, toColumns } from './column-batch.ts';
import { guarded } from './guarded.ts';

export type ColumnsQuery = {
  /** Ids of the catalogue or of what models say, each once. */
  features: readonly string[];
  segment?: string | undefined;
  precision: Precision;
};

export type ColumnsAnswer = {
  /** Everything that was stored by then is in it. */
  asOf: Date;
  /** How many follow, or nearly. */
  rows: number;
  /** An Arrow IPC stream. */
  body: ReadableStream<Uint8Array>;
};

/** Each holds a connection of the pool, and the database sorts and adds up for it. */
const mostAtOnce = 4;
const mostOfTenant = 2;
/** A batch is a quarter of a megabyte, and a few milliseconds of this thread. */
const valuesOfBatch = 32_768;
const mostRowsOfBatch = 8192;

export type ColumnsLimits = {
  /** How long a reader may take nothing. */
  stallMs: number;
  /** How long a reading may last in all: it keeps the database from forgetting old versions of rows. */
  longestMs: number;
  /** How often it is asked whether the key is still good. */
  identifyEveryMs: number;
};

const defaultLimits: ColumnsLimits = { stallMs: 30_000, longestMs: 15 * 60_000, identifyEveryMs: 5000 };

/** The features of all players at once, for whoever computes with them: models of one's own, notebooks, the page itself. */
export class ColumnsService {
  readonly #tenants: TenantDirectory;
  readonly #features: Pick<FeaturesService, 'list'>;
  readonly #reads: Reads;
  readonly #limits: ColumnsLimits;
  readonly #open = new Map<symbol, string>();

  constructor(
    tenants: TenantDirectory,
    features: Pick<FeaturesService, 'list'>,
    reads: Reads,
    limits: Partial<ColumnsLimits> = {},
  ) {
    this.#tenants = tenants;
    this.#features = features;
    this.#reads = reads;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /**
   * Answers once the first batch is there, so that what fails before it is an ordinary failure.
   * @param identify asks once more who is calling: a key may be revoked while its holder reads. A session, which is short, is
   *   good for what it began.
   */
  async open(
    principal: Principal,
    query: ColumnsQuery,
    identify: () => Promise<Principal>,
  ): Promise<ColumnsAnswer> {
    const release = this.#take(principal.tenantId);
    try {
      return await this.#begin(principal, query, this.#keepAsking(principal, identify), release);
    } catch (error) {
      release();
      throw error;
    }
  }

  async #begin(
    principal: Principal,
    query: ColumnsQuery,
    ask: () => Promise<void>,
    release: () => void,
  ): Promise<ColumnsAnswer> {
    const { tenantId } = principal;
    const { segment, precision } = query;
    const tenant = await this.#tenants.get(tenantId);
    const known = new Map((await this.#features.list(principal)).map((feature) => [feature.id, feature]));
    const fields = query.features.map((id) => found(known.get(id), 'feature'));
    const definitions = fields.flatMap(({ id }) => definitionOf(id) ?? []);
    const asOf = new Date();
    const scope = { tenantId, timeZone: tenant.timeZone, today: tenant.today(asOf), segment };
    const rowsAtOnce = Math.min(mostRowsOfBatch, Math.ceil(valuesOfBatch / (definitions.length + 1)));
    return await this.#reads.readEverything(async ({ sql }) => {
      if (segment !== undefined) found(await findSegment(sql, tenantId, segment), 'segment');
      const rows = await countFeatureRows(sql, tenantId, segment);
      const arrow = new ArrowColumns(
        fields.map(({ id, unit, window, version }) => ({
          id,
          metadata: { unit, window, version: String(version) },
        })),
        { asOf: asOf.toISOString(), today: scope.today, timeZone: scope.timeZone, rows: String(rows) },
        precision,
      );
      const reader = streamFeatures(sql, definitions, scope, rowsAtOnce).getReader();
      let first: Awaited<ReturnType<typeof reader.read>> | undefined = await reader.read();
      const body = guarded(
        async () => {
          await ask();
          const { done, value } = first ?? (await reader.read());
          first = undefined;
          return done ? undefined : arrow.batch(toColumns(value, definitions.length, precision));
        },
        {
          head: arrow.head,
          end: arrow.end,
          ...this.#limits,
          over: (why) => {
            release();
            void reader.cancel(why).catch(() => {});
          },
        },
      );
      return { asOf, rows, body };
    });
  }

  #keepAsking({ kind }: Principal, identify: () => Promise<Principal>): () => Promise<void> {
    let askedAt = performance.now();
    return async () => {
      if (kind === 'session' || performance.now() - askedAt < this.#limits.identifyEveryMs) return;
      askedAt = performance.now();
      const { scopes } = await identify();
      if (!scopes.includes('players:read')) throw new Error('the scope was taken away');
    };
  }

  #take(tenantId: string): () => void {
    const ofTenant = [...this.#open.values()].filter((other) => other === tenantId).length;
    if (this.#open.size >= mostAtOnce || ofTenant >= mostOfTenant) {
      throw new CrmbetError('overloaded', 'Too many readings of columns are under way. Ask again shortly.', {
        retryAfter: 5,
      });
    }
    const mark = Symbol(tenantId);
    this.#open.set(mark, tenantId);
    return () => this.#open.delete(mark);
  }
}
