import { type Logger, pino } from 'pino';

/** JSON lines on standard error, so that standard output stays for people. Credentials never get in, whatever is logged. */
export function createLogger(level: string): Logger {
  return pino(
    { level, base: null, redact: ['*.authorization', '*.cookie', '*.apiKey', '*.secretKey', '*.token'] },
    pino.destination({ dest: 2, sync: true }),
  );
}
