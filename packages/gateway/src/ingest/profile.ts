import { canonicalJson } from './canonical-json.ts';

/** Fields of a profile, and when each was said, in milliseconds since 1970. */
export type Profile = { fields: Record<string, unknown>; times: Record<string, number> };

export const noProfile = (): Profile => ({ fields: {}, times: {} });

/**
 * Adds what was said at `at`. Field by field the latest word stands; of two at one moment, the one whose canonical JSON is
 * greater. So the outcome is the same in whatever order and batches events come. Returns whether anything changed.
 */
export function mergeFields(into: Profile, fields: Readonly<Record<string, unknown>>, at: number): boolean {
  let changed = false;
  for (const [name, value] of Object.entries(fields)) changed = mergeField(into, name, value, at) || changed;
  return changed;
}

/** The same for a whole profile, each field with its own time. */
export function mergeProfile(into: Profile, from: Profile): boolean {
  let changed = false;
  for (const [name, value] of Object.entries(from.fields)) {
    changed = mergeField(into, name, value, from.times[name] ?? 0) || changed;
  }
  return changed;
}

function mergeField({ fields, times }: Profile, name: string, value: unknown, at: number): boolean {
  const before = times[name];
  if (before !== undefined) {
    if (at < before) return false;
    if (at === before && canonicalJson(value) <= canonicalJson(fields[name])) return false;
  }
  fields[name] = value;
  times[name] = at;
  return true;
}
