import { Command } from 'commander';
import { consumeCommand } from './cli/consume.ts';
import { dbCommand } from './cli/db-command.ts';
import { demoCommand } from './cli/demo.ts';
import { sentenceOf } from './cli/failure.ts';
import { importCommand } from './cli/import/import-command.ts';
import { migrateCommand } from './cli/migrate.ts';
import { runUntilEnd } from './cli/run-until-end.ts';
import { serveCommand } from './cli/serve-command.ts';
import { tenantsCommand } from './cli/tenants.ts';

/** The `crmbet` command. The only file, with run-until-end, that touches the process. */
const program = new Command('crmbet')
  .description('An embeddable CRM for betting operators')
  .showHelpAfterError()
  .addCommand(serveCommand(runUntilEnd))
  .addCommand(demoCommand(runUntilEnd))
  .addCommand(importCommand())
  .addCommand(consumeCommand(runUntilEnd))
  .addCommand(tenantsCommand())
  .addCommand(migrateCommand())
  .addCommand(dbCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`crmbet: ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
