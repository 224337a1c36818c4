/** What PostgreSQL reads as a timestamptz. */
export function instantOf(ms: number): string;
export function instantOf(ms: number | null): string | null;
export function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
