import type { Logger } from 'pino';
import { ConfigError } from '../../config/config.ts';
import type { Running } from '../../services/create-services.ts';
import { findTenantBySlug } from '../../services/tenants/create-tenant.ts';
import { consumeKafka } from '../kafka/consume-kafka.ts';
import { connectKafka } from '../kafka/platformatic-connection.ts';
import { consumeRabbitmq } from '../rabbitmq/consume-rabbitmq.ts';
import type { ConsumeSettings } from './consume-settings.ts';
import type { Consumer, ConsumerContext } from './consumer-context.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { openTarget } from './open-target.ts';

/**
 * Starts a consumer for each of the settings, over the services of this process. The brokers need not be there yet.
 *
 * @throws {ConfigError} when an operator does not exist
 */
export async function startConsumers(
  { db, services, deadLetters, metrics }: Pick<Running, 'db' | 'services' | 'deadLetters' | 'metrics'>,
  settings: readonly ConsumeSettings[],
  log: Logger,
): Promise<Consumer> {
  const consumerMetrics = new ConsumerMetrics(metrics.registry);
  const tenants: string[] = [];
  for (const { tenant } of settings) {
    const id = await findTenantBySlug(db, tenant);
    if (id === undefined)
      throw new ConfigError(
        `There is no operator called ${tenant}. Create it with crmbet tenants create ${tenant}, or name another.`,
      );
    tenants.push(id);
  }
  const consumers = settings.map((setting, at) => {
    const { channel, replay, batch } = setting;
    const target = openTarget({ events: services.events, deadLetters, metrics }, tenants[at] ?? '', channel);
    const context: ConsumerContext = { channel, target, log, metrics: consumerMetrics, replay, batch };
    return setting.channel === 'kafka'
      ? consumeKafka(context, () => connectKafka(setting.kafka))
      : consumeRabbitmq(context, setting.rabbitmq);
  });
  return {
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    },
  };
}
