import { APIError } from '../errors.ts';
import type { Problem } from '../types.ts';
import { readRetryAfter } from './retry.ts';

/** Reads a failing answer to its error. A proxy's HTML page becomes an error without a problem document. */
export async function errorOf(response: Response): Promise<APIError> {
  const text = await response.text().catch(() => '');
  return APIError.of(response.status, parse(text), {
    statusText: response.statusText,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfter: readRetryAfter(response.headers.get('retry-after'), Date.now()),
  });
}

function parse(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProblem(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  'title' in value &&
  typeof value.title === 'string';
