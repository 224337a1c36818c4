import { playerIdsBy } from '../../auth/player-id.ts';
import type { Database, PostgresClient } from '../../db/database.ts';
import { LocalClock } from '../../ingest/local-clock.ts';

/** An operator, with what its players' days and ids are worked out from. */
export type Tenant = {
  id: string;
  slug: string;
  name: string;
  timeZone: string;
  clock: LocalClock;
  sessionSecret: Uint8Array;
  /** The uuid of a player by the operator's own id. */
  playerIdOf(externalId: string): string;
  /** Today in the tenant's zone, YYYY-MM-DD. */
  today(now: Date): string;
};

const maxKnownPlayers = 200_000;

/** Tenants by id, read once each: nothing of a tenant that is kept here ever changes. */
export class TenantDirectory {
  readonly #sql: PostgresClient;
  readonly #known = new Map<string, Tenant>();

  constructor({ sql }: Pick<Database, 'sql'>) {
    this.#sql = sql;
  }

  async find(id: string): Promise<Tenant | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const [row] = await this.#sql<
      TenantRow[]
    >`SELECT ${columns(this.#sql)} FROM crmbet.tenants WHERE id = ${id}`;
    if (row === undefined) return undefined;
    const tenant = toTenant(row);
    this.#known.set(id, tenant);
    return tenant;
  }

  /** For a caller who has proved to belong to the tenant. */
  async get(id: string): Promise<Tenant> {
    const tenant = await this.find(id);
    if (tenant === undefined) throw new Error(`tenant ${id} is gone`);
    return tenant;
  }

  async ids(): Promise<string[]> {
    const rows = await this.#sql<{ id: string }[]>`SELECT id FROM crmbet.tenants`;
    return rows.map((row) => row.id);
  }
}

type TenantRow = {
  id: string;
  slug: string;
  name: string;
  timeZone: string;
  playerIdSecret: Uint8Array;
  sessionSecret: Uint8Array;
};

const columns = (sql: PostgresClient) => sql`
  id, slug, name, time_zone AS "timeZone", player_id_secret AS "playerIdSecret", session_secret AS "sessionSecret"`;

function toTenant(row: TenantRow): Tenant {
  const clock = new LocalClock(row.timeZone);
  const derive = playerIdsBy(row.playerIdSecret);
  const playerIds = new Map<string, string>();
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    timeZone: row.timeZone,
    clock,
    sessionSecret: row.sessionSecret,
    today: (now) => clock.at(now.getTime()).day,
    playerIdOf: (externalId) => {
      let id = playerIds.get(externalId);
      if (id === undefined) {
        if (playerIds.size >= maxKnownPlayers) playerIds.clear();
        id = derive(externalId);
        playerIds.set(externalId, id);
      }
      return id;
    },
  };
}
