/** Text for DuckDB's SQL. Whatever a person or a file says passes through one of these two. */

/** A string literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A quoted name. */
export const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** All of the conditions; true where there is none. */
export const all = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition})`).join(' AND ');
