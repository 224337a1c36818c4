import { serve } from '@hono/node-server';
import { createBackOffice } from './server.ts';

/** Runs the back office alone, on a port of its own: the gateway is then on another origin. */
const { CRMBET_URL: url, CRMBET_SECRET_KEY: secretKey, PORT = '8790' } = process.env;
if (url === undefined || secretKey === undefined) {
  console.error('Set CRMBET_URL and CRMBET_SECRET_KEY (see .crmbet/demo.json after npm start).');
  process.exit(1);
}

const port = Number(PORT);
const origin = `http://127.0.0.1:${port}`;
serve({ fetch: createBackOffice({ url, secretKey, origin }), port, hostname: '127.0.0.1' }, () => {
  console.log(`The back office is at ${origin}`);
});
