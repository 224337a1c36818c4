/** Whether a JSON value nests no deeper than `depth`. Never recurses further than that, so no body can exhaust the stack. */
export function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  for (const item of Object.values(value)) if (!isShallow(item, depth - 1)) return false;
  return true;
}
