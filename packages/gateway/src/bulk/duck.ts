import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';
import { literal } from './sql-text.ts';

/** A DuckDB in memory, which may spill into a folder of ours. */
export class Duck {
  readonly #instance: DuckDBInstance;
  readonly #idle: DuckDBConnection[] = [];

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  static async open(options: { threads: number; memoryBytes: number; folder: string }): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads),
      memory_limit: `${Math.floor(options.memoryBytes / 1_000_000)}MB`,
    });
    const duck = new Duck(instance);
    await duck.use(async (connection) => {
      await connection.run(`SET temp_directory = ${literal(options.folder)}`);
      // Nothing is fetched from anywhere: what a file needs is built in.
      await connection.run('SET autoinstall_known_extensions = false');
      await connection.run('SET autoload_known_extensions = false');
    });
    return duck;
  }

  /** Lends a connection; its temporary tables are to be dropped by whoever made them. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#instance.connect());
    try {
      return await work(connection);
    } finally {
      this.#idle.push(connection);
    }
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    this.#instance.closeSync();
  }
}

/** DuckDB's reader met lines that are not rows of the file. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof Error && /^Invalid Input Error: (CSV Error|The CSV Parser)/.test(error.message);

/** A number of JavaScript, from whatever width the column has. */
export const toNumber = (value: unknown): number =>
  typeof value === 'bigint' || typeof value === 'number' ? Number(value) : 0;

export const toText = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));

/** The first row of a query. */
export async function oneRow(connection: DuckDBConnection, sql: string): Promise<unknown[]> {
  const [row] = await (await connection.run(sql)).getRowsJS();
  return row ?? [];
}

export async function allRows(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return await (await connection.run(sql)).getRowsJS();
}

/** The texts of a query's only column, joined by thousands, as they are produced. */
export async function* textOf(result: DuckDBResult): AsyncGenerator<Buffer> {
  let parts: string[] = [];
  let size = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const value of chunk.getColumnValues(0)) {
      const text = toText(value);
      parts.push(text);
      size += text.length;
    }
    if (size < 262_144) continue;
    yield Buffer.from(parts.join(''));
    parts = [];
    size = 0;
  }
  if (parts.length > 0) yield Buffer.from(parts.join(''));
}
