/** Whether PostgreSQL can keep it: no NUL, no half of a surrogate pair. */
export const isText = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

/** The same of every string and key in a JSON value. Recurses as deep as the value: see to that first. */
export function isTextDeep(value: unknown): boolean {
  if (typeof value === 'string') return isText(value);
  if (Array.isArray(value)) return value.every(isTextDeep);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).every(([key, item]) => isText(key) && isTextDeep(item));
  return true;
}
