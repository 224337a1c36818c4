import type { HonoRequest } from 'hono';

const mayHaveBody = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Whether a request brings a body, by its headers (RFC 9110, 6.4.1). The request object does not tell: on Node every POST has a
 * stream, if an empty one. A content type without a length counts too, as a Request that was made in memory has no length.
 */
export function hasBody(request: HonoRequest): boolean {
  if (!mayHaveBody.has(request.method)) return false;
  const length = request.header('content-length');
  if (length !== undefined) return length !== '0';
  return request.header('transfer-encoding') !== undefined || request.header('content-type') !== undefined;
}
