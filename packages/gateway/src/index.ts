export { type AppOptions, createApp } from './app.ts';
export { type Config, ConfigError, readConfig } from './config/config.ts';
export {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from './db/embedded/start-embedded-postgres.ts';
export { createLogger } from './observability/logger.ts';
export { Metrics } from './observability/metrics.ts';
export { createServices, type Running } from './services/create-services.ts';
export type { Services } from './services/services.ts';
export { createTenant, type NewTenant, type TenantKeys } from './services/tenants/create-tenant.ts';
