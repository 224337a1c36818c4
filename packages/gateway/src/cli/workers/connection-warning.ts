import postgres from 'postgres';

/** Of one process: two pools (requests; and half as many beside them), the queue of jobs, and those that listen. */
export const connectionsOfProcess = (connections: number): number =>
  connections + Math.ceil(connections / 2) + 5;

/** A sentence where the processes may want more connections than the database takes. */
export async function connectionWarning(
  url: string,
  processes: number,
  connections: number,
): Promise<string | undefined> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await client<{ most: number }[]>`
      SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most`;
    const wanted = processes * connectionsOfProcess(connections);
    if (row === undefined || wanted <= row.most) return undefined;
    return `${processes} processes may open ${wanted} connections, and the database takes ${row.most}: raise its max_connections, or set DATABASE_CONNECTIONS below ${connections}.`;
  } finally {
    await client.end({ timeout: 5 });
  }
}
