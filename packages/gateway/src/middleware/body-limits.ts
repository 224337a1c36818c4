import type { HonoRequest } from 'hono';

export type BodyLimits = {
  /** Bytes of a body of /v1/events; a batch of 1,000 large events fits well. */
  events: number;
  /** Bytes of an upload of events, which is never held as a whole. */
  upload: number;
};

/** Bytes of the file of a model that is brought; its body is a third larger, as base64, and has a manifest besides. */
export const maxModelBytes = 8 * 1024 * 1024;
export const maxImportBytes = Math.ceil(maxModelBytes / 3) * 4 + 256 * 1024;

/** More than any rule, model or session needs. */
export const maxBytesElsewhere = 64 * 1024;

export const ndjson = 'application/x-ndjson';

/** The media type of the body, without its parameters; undefined where none is named. */
export const contentTypeOf = (request: HonoRequest): string | undefined =>
  request.header('content-type')?.split(';')[0]?.trim().toLowerCase();

export const takesEvents = ({ path }: HonoRequest): boolean => path === '/v1/events';

export const takesModel = ({ path }: HonoRequest): boolean => path === '/v1/models/import';

/** Whether the body is events, one a line, to be taken in as they come. */
export const isUpload = (request: HonoRequest): boolean =>
  takesEvents(request) && contentTypeOf(request) === ndjson;

export function maxBytesOf(request: HonoRequest, { events, upload }: BodyLimits): number {
  if (takesModel(request)) return maxImportBytes;
  if (!takesEvents(request)) return maxBytesElsewhere;
  return isUpload(request) ? upload : events;
}
