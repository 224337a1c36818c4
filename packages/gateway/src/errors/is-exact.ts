/**
 * Whether every number in a JSON value came through the parser as it was sent: finite, and no whole number beyond 2^53.
 * Recurses as deep as the value: see to that first.
 */
export function isExactDeep(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isExactDeep);
}
