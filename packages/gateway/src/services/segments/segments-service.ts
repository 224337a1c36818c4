import type { Principal } from '../../auth/principal.ts';
import { uuidv7 } from '../../auth/uuid-v7.ts';
import type { Database } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/failures.ts';
import { toPage } from '../../db/queries/cursor.ts';
import * as queries from '../../db/queries/segments.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import type { Scorers } from '../../jobs/scorers.ts';
import { checkRule } from '../../segments/check-rule.ts';
import type { Rule } from '../../segments/rule.ts';
import type { SegmentKeeper } from '../../segments/segment-keeper.ts';
import { withOutputs } from '../../segments/with-outputs.ts';

type PageQuery = { limit: number; cursor?: string | undefined };

export class SegmentsService {
  readonly #db: Database;
  readonly #keeper: SegmentKeeper;
  readonly #reads: Reads;
  readonly #scorers: Scorers;

  constructor(db: Database, keeper: SegmentKeeper, reads: Reads, scorers: Scorers) {
    this.#db = db;
    this.#scorers = scorers;
    this.#keeper = keeper;
    this.#reads = reads;
  }

  async create(principal: Principal, wanted: { name: string; description?: string | undefined; rule: Rule }) {
    checkRule(wanted.rule);
    const now = new Date();
    const segment = { id: uuidv7(now), name: wanted.name, rule: wanted.rule };
    try {
      const ports = { sql: this.#db.sql, scorers: this.#scorers };
      await withOutputs(ports, principal.tenantId, wanted.rule, (tx) =>
        queries.insertSegment(tx, {
          ...segment,
          tenantId: principal.tenantId,
          description: wanted.description ?? null,
          createdAt: now,
        }),
      );
    } catch (error) {
      if (isUniqueViolation(error))
        throw new CrmbetError('name_taken', `There is a segment called "${wanted.name}" already.`);
      throw error;
    }
    try {
      await this.#keeper.fill(principal.tenantId, segment);
    } catch (error) {
      // A segment that nobody was placed in must not stand there as if it were empty.
      await queries.deleteSegment(this.#db.sql, principal.tenantId, segment.id).catch(() => {});
      throw error;
    }
    return await this.read(principal, segment.id);
  }

  async list(principal: Principal, query: PageQuery) {
    const rows = await this.#reads.read(principal, ({ sql }) =>
      queries.listSegments(sql, principal.tenantId, query),
    );
    return toPage(rows, query.limit, (row) => [row.created_text, row.id], toSegment);
  }

  async read({ tenantId }: Principal, id: string) {
    return toSegment(found(await queries.findSegment(this.#db.sql, tenantId, id), 'segment'));
  }

  async remove({ tenantId }: Principal, id: string): Promise<void> {
    found((await queries.deleteSegment(this.#db.sql, tenantId, id)) || undefined, 'segment');
  }

  async members(principal: Principal, id: string, query: PageQuery) {
    await this.read(principal, id);
    const rows = await this.#reads.read(principal, ({ sql }) =>
      queries.listMembers(sql, principal.tenantId, id, query),
    );
    return toPage(
      rows,
      query.limit,
      (row) => ['', row.player_id],
      (row) => ({
        player: row.external_id,
        enteredAt: row.entered_at.toISOString(),
      }),
    );
  }
}

const toSegment = (row: queries.SegmentRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  kind: 'rule' as const,
  rule: row.rule,
  size: Number(row.size),
  createdAt: row.created_at.toISOString(),
  evaluatedAt: row.evaluated_at?.toISOString() ?? null,
});
