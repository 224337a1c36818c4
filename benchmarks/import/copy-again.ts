import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';

/** As many as an import has. */
const connections = 2;
const share = 32 * 1024 * 1024;

/**
 * The limit of durable events: the rows of `events` and `event_ids` of the operator who came last, copied into empty tables of the same make
 * (partitions and indexes) by plain COPY, in transactions of about as many rows as an import has, over as many connections.
 *
 * @returns events a second
 */
export async function copyAgain(url: string, folder: string): Promise<number> {
  const sql = postgres(url, { max: connections, onnotice: () => {} });
  const files = { events: join(folder, 'events.copy'), ids: join(folder, 'ids.copy') };
  try {
    const [tenant] = await sql<
      { id: string }[]
    >`SELECT id FROM crmbet.tenants ORDER BY created_at DESC LIMIT 1`;
    if (tenant === undefined) throw new Error('Nobody has stored anything.');
    const where = `WHERE tenant_id = '${tenant.id}'`;
    // In the order in which they were stored. A client each: one that has read a COPY is not asked anything else.
    for (const [table, file] of [
      ['events', files.events],
      ['event_ids', files.ids],
    ] as const) {
      const reader = postgres(url, { max: 1 });
      await pipeline(
        await reader.unsafe(`COPY (SELECT * FROM crmbet.${table} ${where}) TO STDOUT`).readable(),
        createWriteStream(file),
      );
      await reader.end({ timeout: 5 });
    }
    const [{ rows = 0 } = {}] = await sql.unsafe<{ rows: number }[]>(
      `SELECT count(*)::integer AS rows FROM crmbet.events ${where}`,
    );
    await sql.unsafe('DROP SCHEMA IF EXISTS bench CASCADE');
    await sql.unsafe('CREATE SCHEMA bench');
    await sql.unsafe(
      'CREATE TABLE bench.events (LIKE crmbet.events INCLUDING ALL) PARTITION BY RANGE (occurred_at)',
    );
    await sql.unsafe('CREATE TABLE bench.event_ids (LIKE crmbet.event_ids INCLUDING ALL)');
    for (let month = 0; month < 12; month += 1) {
      const [from, to] = [month, month + 1].map((at) => new Date(Date.UTC(2025, 11 + at, 1)).toISOString());
      await sql.unsafe(
        `CREATE TABLE bench.events_${month} PARTITION OF bench.events FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    }
    const [events, ids] = await Promise.all([cut(files.events), cut(files.ids)]);
    const parts = Math.max(events.length, ids.length);
    const began = performance.now();
    let next = 0;
    const work = async () => {
      for (let part = next++; part < parts; part = next++) {
        await sql.begin(async (tx) => {
          for (const [table, file, ranges] of [
            ['event_ids', files.ids, ids],
            ['events', files.events, events],
          ] as const) {
            // Both in as many parts, each a share of its file.
            const from = ranges[Math.floor((part * ranges.length) / parts)];
            const to = ranges[Math.floor(((part + 1) * ranges.length) / parts)] ?? ranges.at(-1);
            if (from === undefined || to === undefined) continue;
            const end = part === parts - 1 ? Number.POSITIVE_INFINITY : to.from - 1;
            if (end < from.from) continue;
            await pipeline(
              createReadStream(file, { start: from.from, end, highWaterMark: 262_144 }),
              await tx.unsafe(`COPY bench.${table} FROM STDIN`).writable(),
            );
          }
        });
      }
    };
    await Promise.all(Array.from({ length: connections }, work));
    const seconds = (performance.now() - began) / 1000;
    const [{ copied = 0 } = {}] = await sql.unsafe<{ copied: number }[]>(
      'SELECT count(*)::integer AS copied FROM bench.events',
    );
    if (copied !== rows) throw new Error(`${copied} rows of ${rows} were copied.`);
    await sql.unsafe('DROP SCHEMA bench CASCADE');
    return rows / seconds;
  } finally {
    await sql.end();
    await Promise.all(Object.values(files).map((file) => rm(file, { force: true })));
  }
}

/** Offsets at which lines begin, about a share apart. */
async function cut(file: string): Promise<{ from: number }[]> {
  const { size } = await stat(file);
  const ranges = [{ from: 0 }];
  for (let at = share; at < size; at += share) {
    let behind = at;
    for await (const chunk of createReadStream(file, { start: at, highWaterMark: 65_536 })) {
      const end: number = Buffer.isBuffer(chunk) ? chunk.indexOf(10) : -1;
      if (end !== -1) {
        behind += end + 1;
        break;
      }
    }
    ranges.push({ from: behind });
  }
  return ranges;
}
