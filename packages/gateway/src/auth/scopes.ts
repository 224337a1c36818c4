/** What a credential may do. A route names exactly one. */
export const scopes = [
  'events:write',
  'dead-letters:read',
  'dead-letters:write',
  'players:read',
  'segments:read',
  'segments:write',
  'models:read',
  'models:write',
  'reports:read',
  'stream:read',
  'sessions:write',
] as const;

export type Scope = (typeof scopes)[number];

/** What a widget session may be given: never the minting of sessions, never the writing of events, be it from the dead letters. */
export const sessionScopes = [
  'players:read',
  'segments:read',
  'segments:write',
  'models:read',
  'models:write',
  'reports:read',
  'stream:read',
] as const satisfies readonly Scope[];

/** A publishable key captures events from a browser, and nothing else. */
export const publishableScopes = ['events:write'] as const satisfies readonly Scope[];
