import { eq } from 'drizzle-orm';
import { playerIdsBy } from '../../auth/player-id.ts';
import type { Database } from '../../db/database.ts';
import { tenants } from '../../db/schema/index.ts';
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
  readonly #db: Database;
  readonly #known = new Map<string, Tenant>();

  constructor(db: Database) {
    this.#db = db;
  }

  async find(id: string): Promise<Tenant | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const [row] = await this.#db.orm.select().from(tenants).where(eq(tenants.id, id));
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
    const rows = await this.#db.orm.select({ id: tenants.id }).from(tenants);
    return rows.map((row) => row.id);
  }
}

function toTenant(row: typeof tenants.$inferSelect): Tenant {
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
