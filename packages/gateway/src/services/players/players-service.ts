import type { Principal } from '../../auth/principal.ts';
import type { Database, PostgresClient } from '../../db/database.ts';
import { toPage } from '../../db/queries/cursor.ts';
import { readFeatures } from '../../db/queries/features.ts';
import { type PlayerScoreRow, scoresOfPlayer } from '../../db/queries/player-scores.ts';
import * as queries from '../../db/queries/players.ts';
import { findSegment } from '../../db/queries/segments.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { found } from '../../errors/not-found.ts';
import { features } from '../../features/catalogue.ts';
import { modelFeatureId } from '../../features/model-features.ts';
import { restrictionKinds, restrictionScopes } from '../../ingest/restriction-words.ts';
import { sourceOf } from '../../ingest/source.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import { toWord } from './to-word.ts';

const dayMs = 86_400_000;

/** By the calendar, not by the clock: a day on which a zone changes its time has 23 or 25 hours. */
const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);

/** Reads players. Nothing is recomputed from raw events: sums of days and the state are all it takes. */
export class PlayersService {
  readonly #db: Database;
  readonly #tenants: TenantDirectory;
  readonly #reads: Reads;

  constructor(db: Database, tenants: TenantDirectory, reads: Reads) {
    this.#db = db;
    this.#tenants = tenants;
    this.#reads = reads;
  }

  async list(principal: Principal, query: queries.PlayerQuery & { count: boolean }) {
    const { tenantId } = principal;
    const [rows, total] = await this.#reads.read(principal, async ({ sql }) => {
      if (query.segment !== undefined) found(await findSegment(sql, tenantId, query.segment), 'segment');
      return await Promise.all([
        queries.listPlayers(sql, tenantId, query, new Date()),
        query.count ? queries.countPlayers(sql, tenantId, query) : undefined,
      ]);
    });
    const page = toPage(
      rows,
      query.limit,
      (row) => [row.sort_value, row.player_id],
      (row) => ({
        ...summary(row),
        segments: row.segment_ids,
      }),
    );
    return total === undefined ? page : { ...page, total };
  }

  async read({ tenantId }: Principal, externalId: string) {
    const { sql } = this.#db;
    const tenant = await this.#tenants.get(tenantId);
    const playerId = tenant.playerIdOf(externalId);
    const now = new Date();
    const row = found(await queries.findPlayer(sql, tenantId, playerId, now), 'player');
    const [segments, restrictions, [featureRow], scores] = await Promise.all([
      queries.segmentsOfPlayer(sql, tenantId, playerId),
      queries.restrictionsInForce(sql, tenantId, playerId, now),
      readFeatures(sql, features, {
        tenantId,
        timeZone: tenant.timeZone,
        today: tenant.today(now),
        playerIds: [playerId],
      }),
      scoresOfPlayer(sql, tenantId, playerId),
    ]);
    const money = (amount: bigint | string) => moneyOf(row, amount);
    return {
      ...summary(row),
      profile: row.profile,
      restrictions: restrictions.map((restriction) => ({
        restriction: toWord(restrictionKinds, restriction.restriction),
        scope: toWord(restrictionScopes, restriction.scope),
        since: restriction.since.toISOString(),
        endsAt: restriction.ends_at?.toISOString() ?? null,
      })),
      withdrawals: { count: Number(row.withdrawals_count), money: money(row.withdrawals_amount) },
      bonuses: { count: Number(row.bonuses_granted_count), money: money(row.bonuses_granted_amount) },
      ngr: money(BigInt(row.ggr) - row.bonuses_converted_amount),
      features: Object.fromEntries([
        ...features.map(({ id }, index) => [id, featureRow?.values[index] ?? null]),
        ...scores.flatMap(modelFeatures),
      ]),
      scores: scores.map((score) => ({
        model: score.model_id,
        modelName: score.model_name,
        version: score.version,
        outputs: score.outputs,
        scoredAt: score.scored_at.toISOString(),
      })),
      segments: segments.map((segment) => ({
        id: segment.id,
        name: segment.name,
        enteredAt: segment.entered_at.toISOString(),
      })),
    };
  }

  async events(
    principal: Principal,
    externalId: string,
    query: { limit: number; cursor?: string | undefined; type?: string | undefined },
  ) {
    const rows = await this.#ofPlayer(principal, externalId, (sql, playerId) =>
      queries.listPlayerEvents(sql, principal.tenantId, playerId, query),
    );
    return toPage(
      rows,
      query.limit,
      (row) => [row.occurred_text, `${row.source}${row.event_id}`],
      (row) => ({
        id: row.event_id,
        source: sourceOf(row.source),
        type: row.type,
        player: externalId,
        time: row.occurred_at.toISOString(),
        brand: row.brand,
        data: row.data,
        receivedAt: row.received_at.toISOString(),
      }),
    );
  }

  async days(principal: Principal, externalId: string, days: number) {
    const tenant = await this.#tenants.get(principal.tenantId);
    const from = daysBefore(tenant.today(new Date()), days - 1);
    const rows = await this.#ofPlayer(principal, externalId, (sql, playerId) =>
      queries.listPlayerDays(sql, principal.tenantId, playerId, from),
    );
    return rows.map((row) => ({
      day: row.day,
      currency: row.currency,
      deposits: row.deposits.toString(),
      withdrawals: row.withdrawals.toString(),
      turnover: row.turnover,
      ggr: row.ggr,
      wagers: Number(row.wagers),
      sessions: Number(row.sessions),
    }));
  }

  /** What is there of a player who is known. */
  async #ofPlayer<T>(
    principal: Principal,
    externalId: string,
    query: (sql: PostgresClient, playerId: string) => Promise<T>,
  ): Promise<T> {
    const tenant = await this.#tenants.get(principal.tenantId);
    const playerId = tenant.playerIdOf(externalId);
    return await this.#reads.read(principal, async ({ sql }) => {
      const exists = await queries.playerExists(sql, tenant.id, playerId);
      return await query(sql, found(exists ? playerId : undefined, 'player'));
    });
  }
}

/** A player whose money never moved has no currency yet; nothing of it is then counted in "no currency". */
const moneyOf = (row: queries.PlayerRow, amount: bigint | string) => ({
  amount: amount.toString(),
  currency: row.currency ?? 'XXX',
});

function summary(row: queries.PlayerRow) {
  const { model_id: model, model_name: modelName, cluster } = row;
  return {
    id: row.external_id,
    brand: row.brand,
    country: textOf(row.profile.country),
    vipLevel: textOf(row.profile.vipLevel),
    currency: row.currency,
    registeredAt: row.registered_at?.toISOString() ?? null,
    lastActiveAt: row.last_active_at?.toISOString() ?? null,
    deposits: { count: Number(row.deposits_count), money: moneyOf(row, row.deposits_amount) },
    turnover: moneyOf(row, row.turnover),
    ggr: moneyOf(row, row.ggr),
    restricted: row.restricted,
    cluster: model !== null && modelName !== null && cluster !== null ? { model, modelName, cluster } : null,
  };
}

const modelFeatures = ({ model_id, outputs }: PlayerScoreRow): [string, number][] =>
  Object.entries(outputs).flatMap(([name, value]) => {
    const id = modelFeatureId(model_id, name);
    return id === undefined ? [] : [[id, value]];
  });

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
