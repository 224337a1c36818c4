/**
 * Who reported an event: a server, with a secret key, or a browser, with a key that everybody can read. Each has a space of ids
 * of its own, so nothing that a browser sends makes a server's event a duplicate or a conflict.
 */
export const eventSources = ['server', 'browser'] as const;
export type EventSource = (typeof eventSources)[number];

const codes = { server: 0, browser: 1 } as const satisfies Record<EventSource, number>;

/** What the store keeps for a source: its smallint. */
export const sourceCode = (source: EventSource): number => codes[source];

/** The source that a stored smallint stands for. */
export function sourceOf(code: number): EventSource {
  const source = eventSources.find((candidate) => codes[candidate] === code);
  if (source === undefined) throw new Error(`${code} was stored but is no source of events`);
  return source;
}
