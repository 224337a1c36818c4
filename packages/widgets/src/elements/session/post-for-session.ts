/** A session as the operator's server hands it on. */
export type WidgetSession = {
  token: string;
  /** RFC 3339 */
  expiresAt: string;
  /** What it allows, where the server says so. */
  scopes?: readonly string[];
};

/** The operator's server did not give a session. */
export class SessionRefusedError extends Error {
  override readonly name = 'SessionRefusedError';
  readonly status: number;

  constructor(status: number) {
    super(`The session URL answered ${status}.`);
    this.status = status;
  }
}

/** Asks the operator's own server, with its own cookies, for a session. */
export async function postForSession(url: string): Promise<WidgetSession> {
  const response = await fetch(url, { method: 'POST', headers: { accept: 'application/json' } });
  if (!response.ok) throw new SessionRefusedError(response.status);
  const body: unknown = await response.json();
  if (!isSession(body)) throw new TypeError('The session URL must answer { token, expiresAt }.');
  return body;
}

function isSession(body: unknown): body is WidgetSession {
  return (
    typeof body === 'object' &&
    body !== null &&
    'token' in body &&
    typeof body.token === 'string' &&
    'expiresAt' in body &&
    typeof body.expiresAt === 'string' &&
    (!('scopes' in body) || Array.isArray(body.scopes))
  );
}
