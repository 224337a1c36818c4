const utf8 = new TextEncoder();

/** The first items whose JSON, commas and an envelope included, stays within so many bytes. */
export function takeWithin<T>(items: readonly T[], bytes: number): T[] {
  let used = '{"events":[]}'.length;
  const taken: T[] = [];
  for (const item of items) {
    used += utf8.encode(JSON.stringify(item)).length + (taken.length === 0 ? 0 : 1);
    if (used > bytes) break;
    taken.push(item);
  }
  return taken;
}
