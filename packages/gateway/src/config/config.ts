import { resolve } from 'node:path';
import { z } from 'zod';
import { type DeadLetterLimits, defaultDeadLetterLimits } from './dead-letter-limits.ts';
import { connectionsOf, ReplicaUrls, Role, Workers, workersOf } from './process-settings.ts';
import { policyProblem, type RetentionPolicy } from './retention-policy.ts';
import { parseSpan } from './span.ts';

const SpanText = z.string().transform((text, context) => {
  const span = parseSpan(text);
  if (span === undefined)
    context.addIssue('must be a number of days, months or years, such as 400d, 18mo or 2y');
  return span;
});

/** What the environment decides. Read once, at the start; nothing else looks at `process.env`. */
const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  DATABASE_REPLICA_URLS: ReplicaUrls.optional(),
  DATABASE_REPLICA_MAX_LAG_MS: z.coerce.number().int().min(100).max(60_000).default(1000),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(4).max(1000).optional(),
  CRMBET_ROLE: Role.default('all'),
  CRMBET_WORKERS: Workers.default(1),
  CRMBET_FOLDER: z.string().min(1).default('.crmbet'),
  CRMBET_THREADS: z.coerce.number().int().min(1).max(64).optional(),
  CRMBET_EVENT_HORIZON: SpanText.optional(),
  CRMBET_RETENTION_EVENTS: SpanText.optional(),
  CRMBET_RETENTION_PLAYER_DAYS: SpanText.optional(),
  CRMBET_RETENTION_DEAD_LETTERS: SpanText.optional(),
  CRMBET_MAX_DEAD_LETTERS: z.coerce.number().int().min(1).max(10_000_000).optional(),
  CRMBET_MAX_BROWSER_DEAD_LETTERS: z.coerce.number().int().min(1).max(10_000_000).optional(),
  CRMBET_MAX_UPLOAD_BYTES: z.coerce.number().int().min(1024).max(Number.MAX_SAFE_INTEGER).optional(),
  CRMBET_MAX_LINE_BYTES: z.coerce.number().int().min(1024).max(4_194_304).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = Readonly<{
  /** 0 lets the system choose. */
  port: number;
  host: string;
  /** Undefined: a PostgreSQL of our own is started in the folder. */
  databaseUrl: string | undefined;
  /** Read-only copies of the database, for reads that may lag. See docs/scaling.md. */
  replicas: Readonly<{ urls: readonly string[]; maxLagMs: number }>;
  /** The most connections of this process for requests and, as many again at most, for what is beside them. */
  connections: number;
  /** What this gateway does: answer requests, work in the background, or both. */
  role: 'api' | 'worker' | 'all';
  /** How many processes share the port. */
  workers: number;
  /** Absolute path of what the gateway keeps on this machine. */
  folder: string;
  /** Threads of a training. */
  threads: number | undefined;
  /** See docs/retention.md. */
  retention: RetentionPolicy;
  /** Of uploads of events as NDJSON, where they are not the defaults. See docs/importing.md. */
  uploads: Readonly<{ maxBytes?: number; maxLineBytes?: number }>;
  /** See docs/dead-letters.md. */
  deadLetters: DeadLetterLimits;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}>;

/** A setting that is wrong: the message is the sentence for the person who set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @param cwd what a relative CRMBET_FOLDER is relative to */
export function readConfig(env: Record<string, string | undefined>, cwd: string): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(
      `The environment variable ${String(issue?.path[0])} cannot be used: ${issue?.message ?? 'it is not valid'}.`,
    );
  }
  const { data } = parsed;
  const workers = workersOf(data.CRMBET_WORKERS);
  const retention: RetentionPolicy = Object.freeze({
    horizon: data.CRMBET_EVENT_HORIZON,
    events: data.CRMBET_RETENTION_EVENTS,
    playerDays: data.CRMBET_RETENTION_PLAYER_DAYS,
  });
  const problem = policyProblem(retention);
  if (problem !== undefined) throw new ConfigError(problem);
  return Object.freeze({
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL,
    replicas: Object.freeze({
      urls: data.DATABASE_REPLICA_URLS ?? [],
      maxLagMs: data.DATABASE_REPLICA_MAX_LAG_MS,
    }),
    connections: data.DATABASE_CONNECTIONS ?? connectionsOf(workers),
    role: data.CRMBET_ROLE,
    workers,
    folder: resolve(cwd, data.CRMBET_FOLDER),
    threads: data.CRMBET_THREADS,
    retention,
    uploads: Object.freeze({
      ...(data.CRMBET_MAX_UPLOAD_BYTES === undefined ? {} : { maxBytes: data.CRMBET_MAX_UPLOAD_BYTES }),
      ...(data.CRMBET_MAX_LINE_BYTES === undefined ? {} : { maxLineBytes: data.CRMBET_MAX_LINE_BYTES }),
    }),
    deadLetters: Object.freeze({
      server: data.CRMBET_MAX_DEAD_LETTERS ?? defaultDeadLetterLimits.server,
      browser: data.CRMBET_MAX_BROWSER_DEAD_LETTERS ?? defaultDeadLetterLimits.browser,
      retention: data.CRMBET_RETENTION_DEAD_LETTERS ?? defaultDeadLetterLimits.retention,
    }),
    logLevel: data.LOG_LEVEL,
  });
}
