import { createFixtureGateway } from '@crmbet/widgets/testing';
import { serve } from '@hono/node-server';
import { createBackOffice } from '../server.ts';

/** The back office over made-up data, without a gateway: to look at the elements. `PORT`, `PLAYERS`, `STREAM_MS`. */
const port = Number(process.env.PORT ?? 8791);
const url = `http://127.0.0.1:${port}`;
const gateway = createFixtureGateway({
  players: Number(process.env.PLAYERS ?? 20_000),
  streamMs: Number(process.env.STREAM_MS ?? 900),
});
const page = createBackOffice({ url, secretKey: 'sk_fixture' });

serve(
  {
    fetch: (request) => (new URL(request.url).pathname.startsWith('/v1/') ? gateway(request) : page(request)),
    port,
    hostname: '127.0.0.1',
  },
  () => console.log(`ready ${url}`),
);
