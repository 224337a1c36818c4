import cluster from 'node:cluster';
import { Command } from 'commander';
import { consumersOf } from '../adapters/consume/consume-settings.ts';
import { ConfigError, readConfig } from '../config/config.ts';
import { consumeBeside } from './consume.ts';
import type { RunUntilEnd } from './run-until-end.ts';
import { startGateway } from './serve.ts';
import { runPrimary } from './workers/run-primary.ts';
import { runWorker } from './workers/run-worker.ts';

type Flags = { workers?: string; role?: string };

export const serveCommand = (runUntilEnd: RunUntilEnd): Command =>
  new Command('serve')
    .description('Serve the API over DATABASE_URL, or over a database of its own in CRMBET_FOLDER')
    .option('--workers <number>', 'processes that share the port, or auto for one a core (CRMBET_WORKERS; 1)')
    .option('--role <role>', 'api, worker or all: answer, work in the background, or both (CRMBET_ROLE; all)')
    .action((flags: Flags) =>
      runUntilEnd(async (lifetime) => {
        if (cluster.isWorker) return await runWorker(lifetime);
        const say = (line: string) => process.stderr.write(`${line}\n`);
        const config = readConfig({ ...process.env, ...environmentOf(flags) }, process.cwd());
        const consumers = consumersOf(process.env);
        if (consumers.length > 0 && config.workers > 1)
          throw new ConfigError(
            'CRMBET_CONSUME is for one process that serves; beside several, run crmbet consume.',
          );
        if (config.workers > 1) {
          process.stdout.write(`ready ${await runPrimary(config, lifetime, { say })}\n`);
          return;
        }
        const gateway = await startGateway(config, lifetime, { say });
        await consumeBeside(gateway, consumers, lifetime, config.logLevel);
        process.stdout.write(`ready ${gateway.url}\n`);
      }),
    );

/** A flag is the setting of the same name, said for this once. */
const environmentOf = ({ workers, role }: Flags) => ({
  ...(workers === undefined ? {} : { CRMBET_WORKERS: workers }),
  ...(role === undefined ? {} : { CRMBET_ROLE: role }),
});
