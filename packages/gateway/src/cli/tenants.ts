import { Command } from 'commander';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { listKeys, revokeKey } from '../services/identity/tenant-keys.ts';
import { createTenant } from '../services/tenants/create-tenant.ts';
import { withDatabase } from './with-database.ts';

type CreateOptions = { name?: string; timeZone: string };

const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

export const tenantsCommand = (): Command =>
  new Command('tenants')
    .description('Manage operators and their keys')
    .addCommand(createCommand())
    .addCommand(keysCommand())
    .addCommand(revokeKeyCommand());

const createCommand = () =>
  new Command('create')
    .description('Create an operator and print its first keys, this once, as JSON')
    .argument('<slug>', 'short name, such as arena-sul')
    .option('--name <name>', 'name for people; the slug where left out')
    .option('--time-zone <zone>', "IANA zone in which the operator's day begins", 'UTC')
    .action(async (slug: string, options: CreateOptions) => {
      check(slug, options.timeZone);
      const keys = await withDatabase((db) =>
        createTenant(db, { slug, name: options.name ?? slug, timeZone: options.timeZone }),
      );
      print({ tenant: slug, ...keys });
    });

const keysCommand = () =>
  new Command('keys')
    .description('List the keys of an operator as JSON: id, kind, name, createdAt, revokedAt')
    .addHelpText(
      'after',
      '\nThe keys themselves are shown once, when they are made: only their hashes are kept.',
    )
    .argument('<slug>', 'the operator, such as arena-sul')
    .action(async (slug: string) => print(await withDatabase((db) => listKeys(db, slug))));

const revokeKeyCommand = () =>
  new Command('revoke-key')
    .description('Revoke a key, for good, and print it as JSON')
    .addHelpText(
      'after',
      '\nEvery gateway over the same database refuses the key within 2 seconds and ends its open streams within 20.\nSessions that were minted with it last until they expire, ten minutes at most.',
    )
    .argument('<id>', 'the id that `crmbet tenants keys` lists')
    .action(async (id: string) => {
      if (!uuid.test(id)) {
        throw new CrmbetError(
          'request_invalid',
          `"${id}" is not the id of a key: \`crmbet tenants keys <slug>\` lists them.`,
        );
      }
      print(await withDatabase((db) => revokeKey(db, id)));
    });

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function check(slug: string, timeZone: string): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(slug)) {
    throw new CrmbetError(
      'request_invalid',
      `"${slug}" cannot be a slug: use lower-case letters, digits and hyphens, such as arena-sul.`,
    );
  }
  if (!Intl.supportedValuesOf('timeZone').includes(timeZone) && timeZone !== 'UTC') {
    throw new CrmbetError(
      'request_invalid',
      `"${timeZone}" is not an IANA time zone, such as America/Sao_Paulo.`,
    );
  }
}
