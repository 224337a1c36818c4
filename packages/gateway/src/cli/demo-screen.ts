import { join } from 'node:path';

/** What a newcomer reads once the demo is up; its last line is for programs. */
export function demoScreen(demo: {
  url: string;
  folder: string;
  secretKey: string;
  publishableKey: string;
}): string {
  return `
  CRMBet is running: a demo operator, its players, segments and clusters.

    Back office        ${demo.url}
    API reference      ${demo.url}/docs
    Secret key         ${demo.secretKey}
    Publishable key    ${demo.publishableKey}
    Kept in            ${join(demo.folder, 'demo.json')}

  Three things to try

    1. Open the back office and pick a cluster: it says in words what sets its players apart.
    2. curl -H "Authorization: Bearer ${demo.secretKey}" "${demo.url}/v1/players?sort=ggr&limit=3"
    3. Send an event and watch the player move:
       curl -X POST ${demo.url}/v1/events -H "Authorization: Bearer ${demo.secretKey}" -H "Content-Type: application/json" \\
         -d '{"id":"my-first-event","type":"deposit.approved","player":"me","time":"${new Date().toISOString().slice(0, 19)}Z","data":{"amount":600000,"currency":"BRL"}}'
       curl -H "Authorization: Bearer ${demo.secretKey}" ${demo.url}/v1/players/me

  Ctrl-C stops everything.

ready ${demo.url}
`;
}
