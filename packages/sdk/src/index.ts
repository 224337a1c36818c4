export { CRMBet, type CRMBetOptions } from './client.ts';
export { List, type PageOf } from './core/list.ts';
export type { Logger } from './core/logger.ts';
export { toBigInt } from './core/money.ts';
export type { FetchSession } from './core/session-credential.ts';
export {
  AbortedError,
  APIError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  CRMBetError,
  InvalidRequestError,
  JobFailedError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from './errors.ts';
export type { CaptureOptions } from './events/capture-queue.ts';
export type { BuiltInEventType, CapturedEvent, CRMBetEvent, EventData } from './events/event.ts';
export type { UploadCounts, UploadOptions, UploadProblem } from './events/upload.ts';
export type { SendOptions } from './resources/events.ts';
export type { WaitOptions } from './resources/jobs.ts';
export type { StreamOptions } from './stream/stream.ts';
export type * from './types.ts';
