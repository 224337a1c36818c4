/** What the client tells of its own doing: retries and losses, never a credential or a body. `console` fits. */
export type Logger = {
  debug(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
};

export const silent: Logger = { debug() {}, warn() {} };
