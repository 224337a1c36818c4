import { Command } from 'commander';
import { readConfig } from '../config/config.ts';
import type { RunUntilEnd } from './run-until-end.ts';
import { startGateway } from './serve.ts';

export const serveCommand = (runUntilEnd: RunUntilEnd): Command =>
  new Command('serve')
    .description('Serve the API over DATABASE_URL, or over a database of its own in CRMBET_FOLDER')
    .action(() =>
      runUntilEnd(async (lifetime) => {
        const say = (line: string) => process.stderr.write(`${line}\n`);
        const gateway = await startGateway(readConfig(process.env, process.cwd()), lifetime, { say });
        process.stdout.write(`ready ${gateway.url}\n`);
      }),
    );
