import { join } from 'node:path';

/** What a newcomer reads once the demo is up; its last line is for programs. */
export function demoScreen(
  demo: {
    url: string;
    folder: string;
    secretKey: string;
    publishableKey: string;
    /** Pages are served at the address; without them it leads to the API's reference. */
    hasPages: boolean;
  },
  startedAt = new Date(),
): string {
  const { url, secretKey } = demo;
  const time = `${startedAt.toISOString().slice(0, 19)}Z`;
  // Of this start alone: an id that was sent before would be a duplicate, and move nobody.
  const start = startedAt.getTime().toString(36);
  const event = JSON.stringify({
    id: `try-${start}`,
    type: 'deposit.approved',
    player: `me-${start}`,
    time,
    data: { amount: 600_000, currency: 'BRL' },
  });
  const places: [string, string][] = [
    ...(demo.hasPages ? [['Back office', url] satisfies [string, string]] : []),
    ['API reference', `${url}/docs`],
    ['Secret key', secretKey],
    ['Publishable key', demo.publishableKey],
    ['Kept in', join(demo.folder, 'demo.json')],
  ];
  return `
  CRMBet is running: a demo operator, its players, segments and clusters.

${places.map(([name, place]) => `    ${name.padEnd(18)} ${place}`).join('\n')}

  Three things to try

    1. ${
      demo.hasPages
        ? 'Open the back office and pick a cluster: it says in words what sets its players apart.'
        : 'Open the API reference: every operation can be tried there with the secret key.'
    }
    2. curl -H "Authorization: Bearer ${secretKey}" "${url}/v1/players?sort=ggr&limit=3"
    3. Send an event and watch the player move:
       curl -X POST ${url}/v1/events -H "Authorization: Bearer ${secretKey}" -H "Content-Type: application/json" \\
         -d '${event}'
       curl -H "Authorization: Bearer ${secretKey}" ${url}/v1/players/me-${start}

  Ctrl-C stops everything.

ready ${url}
`;
}
