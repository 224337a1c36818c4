import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Principal } from '../auth/principal.ts';
import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { readDemoFile, writeDemoFile } from '../demo/demo-file.ts';
import { openDemoModel, waitForTraining } from '../demo/demo-model.ts';
import { createDemoSegments } from '../demo/demo-segments.ts';
import { openDemoTenant } from '../demo/demo-tenant.ts';
import { demoDefaults } from '../demo/generator/index.ts';
import { keepEventsComing } from '../demo/live-events.ts';
import { type HistoryWish, loadHistory, optionsOf, readLoadState } from '../demo/load-history.ts';
import type { Running } from '../services/create-services.ts';
import type { Services } from '../services/services.ts';
import { demoScreen } from './demo-screen.ts';
import type { Lifetime } from './lifetime.ts';
import { createProgress, type Progress } from './progress.ts';
import type { RunUntilEnd } from './run-until-end.ts';
import { startGateway } from './serve.ts';

type DemoFlags = HistoryWish & { site?: string; eventsPerSecond: number };
type Site = (request: Request) => Promise<Response>;

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
};

export const demoCommand = (runUntilEnd: RunUntilEnd): Command =>
  new Command('demo')
    .description('Serve the API with a demo operator, its history, segments and clusters')
    .option('--players <number>', 'players of the demo history', whole, demoDefaults.players)
    .option('--days <number>', 'days of the demo history, up to now', whole, demoDefaults.days)
    .option('--seed <number>', 'another seed, another population', whole, demoDefaults.seed)
    .option('--events-per-second <number>', 'how fast new events arrive', whole, 2)
    .option('--site <module>', 'module whose createBackOffice() serves the pages at /')
    .action((flags: DemoFlags) =>
      runUntilEnd(async (lifetime) => {
        const config = readConfig(process.env, process.cwd());
        const progress = createProgress({ stream: process.stderr });
        process.stdout.write(await startDemo(config, flags, lifetime, progress));
      }),
    );

/** Starts everything and returns the screen that the start ends with. */
async function startDemo(
  config: Config,
  flags: DemoFlags,
  lifetime: Lifetime,
  progress: Progress,
): Promise<string> {
  const { signal } = lifetime;
  const starting = progress.step(
    config.databaseUrl === undefined ? 'Starting' : 'Connecting to the database',
  );
  // The site needs a key that is made once the database is open, so it is put in place later.
  let site: Site = async () =>
    new Response('The demo is being prepared. Try again in a moment.', {
      status: 503,
      headers: { 'retry-after': '2' },
    });
  // The demo needs all of a gateway, whatever part of one the environment asks for.
  const gateway = await startGateway({ ...config, role: 'all' }, lifetime, {
    say: (line) => process.stderr.write(`${line}\n`),
    fallback: (request) => site(request),
  }).catch((error: unknown) => {
    starting.fail();
    throw error;
  });
  starting.done('The database is ready');

  const { db, services } = gateway;
  const { keys, principal } = await openDemoTenant(db, services.identity, await readDemoFile(config.folder));
  await writeDemoFile(config.folder, { url: gateway.url, tenant: 'demo', ...keys });
  site =
    flags.site === undefined
      ? async () => Response.redirect(`${gateway.url}/docs`, 302)
      : await loadSite(flags.site, { url: gateway.url, secretKey: keys.secretKey });

  const load = await loadDemo({ gateway, principal }, flags, signal, progress);
  const live = new AbortController();
  const arriving = keepEventsComing({ events: services.events, principal }, optionsOf(load), {
    eventsPerSecond: flags.eventsPerSecond,
    signal: live.signal,
  });
  await lifetime.onEnd(async () => {
    live.abort();
    await arriving;
  });
  return demoScreen({
    url: gateway.url,
    folder: config.folder,
    ...keys,
    hasPages: flags.site !== undefined,
  });
}

/** History, segments, clusters: each only as far as it is missing. */
async function loadDemo(
  { gateway, principal }: { gateway: Running; principal: Principal },
  wish: HistoryWish,
  signal: AbortSignal,
  progress: Progress,
) {
  const { db, services, segmentKeeper } = gateway;
  const before = await readLoadState(db);
  if (
    before !== undefined &&
    (before.players !== wish.players || before.days !== wish.days || before.seed !== wish.seed)
  ) {
    process.stderr.write(
      `This database holds a demo of ${before.players} players, ${before.days} days, seed ${before.seed}; it is kept. Remove it, or use another CRMBET_FOLDER, for a new one.\n`,
    );
  }
  const isNew = before?.finished !== true;
  const loading = isNew ? progress.step('Loading the demo history', { unit: 'events' }) : undefined;
  const state = await loadHistory({ db, events: services.events, principal }, wish, {
    signal,
    onTotal: (total) => loading?.update(before?.stored ?? 0, total),
    onStored: (stored) => loading?.update(stored),
  });
  loading?.done(
    `${state.stored.toLocaleString('en')} events of ${state.players.toLocaleString('en')} players are loaded`,
  );
  if (isNew) await db.sql`ANALYZE crmbet.players, crmbet.player_state, crmbet.player_day, crmbet.event_ids`;

  const segmenting = isNew ? progress.step('Placing players in segments') : undefined;
  const count = await createDemoSegments(services.segments, principal);
  if (isNew) await segmentKeeper.settle();
  segmenting?.done(`${count} segments are filled`);

  await clusterPlayers(services, principal, signal, progress);
  return state;
}

/** Shown whenever it has to be waited for. Without clusters the rest of the demo is as good as with them. */
async function clusterPlayers(
  { models, jobs }: Services,
  principal: Principal,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  const model = await openDemoModel({ models, principal });
  if (model.state === 'ready') return;
  const training = progress.step('Clustering players', { total: 100, unit: '%' });
  const { state, detail } = await waitForTraining({ jobs, principal }, model, {
    signal,
    onProgress: (share) => training.update(Math.round(share * 100)),
  });
  if (state === 'succeeded') {
    const clusters = await models.clusters(principal, model.id);
    return training.done(`${clusters.length} clusters are trained`);
  }
  training.fail(detail ?? `it has ${state}`);
  process.stderr.write('The demo goes on without clusters. The next start tries again.\n');
}

const SiteModule = z.object({
  createBackOffice: z.function({
    input: [z.object({ url: z.string(), secretKey: z.string() })],
    output: z.unknown(),
  }),
});

async function loadSite(path: string, options: { url: string; secretKey: string }): Promise<Site> {
  const imported: unknown = await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    throw new ConfigError(
      `The pages at ${path} cannot be loaded: ${cause instanceof Error ? cause.message : 'unknown reason'}.`,
    );
  });
  const parsed = SiteModule.safeParse(imported);
  if (!parsed.success) throw new ConfigError(`${path} has no createBackOffice().`);
  const handler = await parsed.data.createBackOffice(options);
  if (typeof handler !== 'function') throw new ConfigError(`createBackOffice() of ${path} gave no handler.`);
  return async (request) => {
    const response: unknown = await handler(request);
    if (!(response instanceof Response)) throw new Error(`the handler of ${path} answered with no Response`);
    return response;
  };
}
