import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installWithApt } from './apt.mjs';

/** Whether the tests find a broker to start, or are given one. As packages/gateway/src/testing/rabbitmq-server.ts looks. */
const hasRabbitmq = () =>
  Boolean(process.env.RABBITMQ_URL) ||
  ['/usr/lib/rabbitmq/bin', ...(process.env.PATH ?? '').split(delimiter)].some((folder) =>
    existsSync(join(folder, 'rabbitmq-server')),
  );

/**
 * Installs RabbitMQ from Debian's packages where this user may and nothing would start it as a service.
 * @returns {string | undefined} why there is none; undefined when there is one
 */
export function ensureRabbitmq() {
  if (hasRabbitmq()) return undefined;
  if (existsSync('/run/systemd/system')) {
    return 'RabbitMQ is not installed, and its package would set up a service on this machine (`apt-get install rabbitmq-server`, then `systemctl disable --now rabbitmq-server`), or name a broker with RABBITMQ_URL';
  }
  const missing = installWithApt({
    name: 'RabbitMQ',
    package: 'rabbitmq-server',
    purpose: 'the tests of consuming from it',
  });
  return (
    missing ?? (hasRabbitmq() ? undefined : 'apt-get installed rabbitmq-server, but it is not to be found')
  );
}
