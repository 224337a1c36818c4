/** Every stable code a caller can meet, with its HTTP status. The only place where the two are joined. */
export const statusOfCode = {
  body_not_json: 400,
  cursor_invalid: 400,
  request_invalid: 400,
  key_missing: 401,
  key_invalid: 401,
  session_invalid: 401,
  key_in_browser: 403,
  scope_missing: 403,
  origin_refused: 403,
  not_found: 404,
  method_not_allowed: 405,
  event_conflict: 409,
  name_taken: 409,
  model_not_ready: 409,
  job_finished: 409,
  idempotency_in_progress: 409,
  body_too_large: 413,
  content_type_unsupported: 415,
  batch_too_large: 422,
  event_invalid: 422,
  dead_letter_incomplete: 422,
  event_too_late: 422,
  type_not_allowed: 422,
  rule_invalid: 422,
  too_few_players: 422,
  idempotency_key_reused: 422,
  internal: 500,
  overloaded: 503,
  store_unavailable: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof statusOfCode;

const isCode = (name: string): name is ErrorCode => Object.hasOwn(statusOfCode, name);

/** All of them, as the contract lists them. */
export const errorCodes: readonly ErrorCode[] = Object.keys(statusOfCode).filter(isCode);

/** One short line a code, for people; the `detail` of an error says what happened this time. */
export const titleOfCode: Record<ErrorCode, string> = {
  body_not_json: 'The body is not valid JSON',
  cursor_invalid: 'The cursor is not one of ours',
  request_invalid: 'The request does not match its description',
  key_missing: 'An API key is needed',
  key_invalid: 'The API key is not valid',
  session_invalid: 'The session is not valid',
  key_in_browser: 'A secret key must not be used in a browser',
  scope_missing: 'The credential does not allow this',
  origin_refused: 'The session belongs to another origin',
  not_found: 'Not found',
  method_not_allowed: 'The method is not allowed here',
  event_conflict: 'The event id is taken by another event',
  name_taken: 'The name is taken',
  model_not_ready: 'The model is not trained yet',
  job_finished: 'The job has finished',
  idempotency_in_progress: 'The first request with this key is still running',
  body_too_large: 'The body is too large',
  content_type_unsupported: 'The content type is not supported',
  batch_too_large: 'The batch holds too many events',
  event_invalid: 'The event is not valid',
  dead_letter_incomplete: 'The dead letter was not kept whole',
  event_too_late: 'The event lies before the horizon',
  type_not_allowed: 'The event type is not allowed for this key',
  rule_invalid: 'The rule is not valid',
  too_few_players: 'There are too few players',
  idempotency_key_reused: 'The idempotency key was used for another request',
  internal: 'Something went wrong on our side',
  overloaded: 'The gateway is busy',
  store_unavailable: 'The store is unavailable',
};
