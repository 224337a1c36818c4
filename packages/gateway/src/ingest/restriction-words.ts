/** The words of restrictions: what events may say, what is stored, and what the API shows. */

export const restrictionKinds = [
  'self_exclusion',
  'time_out',
  'limit',
  'underage',
  'court_order',
  'regulator',
] as const;

export const restrictionScopes = ['operator', 'centralised', 'national'] as const;

/** Whose word it is where an event names nobody. */
export const defaultScope: (typeof restrictionScopes)[number] = 'operator';
