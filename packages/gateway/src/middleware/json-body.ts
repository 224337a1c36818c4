import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { isShallow } from '../errors/is-shallow.ts';
import { isTextDeep } from '../errors/is-text.ts';
import type { AppEnv } from '../routes/app-types.ts';
import { BodyRoom } from '../services/events/body-room.ts';
import { uploadTooLarge } from '../services/events/upload.ts';
import {
  type BodyLimits,
  contentTypeOf,
  isUpload,
  maxBytesElsewhere,
  maxImportBytes,
  maxModelBytes,
  ndjson,
  takesEvents,
  takesModel,
} from './body-limits.ts';
import { hasBody } from './has-body.ts';
import { notText } from './query-text.ts';
import { readJson } from './read-json.ts';

const maxDepth = 32;

/** Of all bodies of events and models that are being read or answered here; the plainest go another way (`routes/events/direct-events.ts`). */
const maxBytesAtOnce = 64 * 1024 * 1024;

/** Refuses bodies above the limit of their path, read or declared, before anything is parsed. */
export const limitBody = (limits: BodyLimits) => {
  const [events, elsewhere] = [
    limitTo(limits.events, ' Send it in smaller batches, or as application/x-ndjson.'),
    limitTo(maxBytesElsewhere, ''),
  ];
  const models = limitTo(maxImportBytes, ` The file itself may have ${maxModelBytes}.`);
  const bodies = new BodyRoom(maxBytesAtOnce);
  const room = holdRoom(bodies, limits.events);
  const roomForModel = holdRoom(bodies, maxImportBytes);
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!hasBody(c.req)) return await next();
    if (takesModel(c.req)) return await roomForModel(c, () => models(c, next));
    if (!takesEvents(c.req)) return await elsewhere(c, next);
    if (!isUpload(c.req)) return await room(c, () => events(c, next));
    // Counted as it is read; only its word is known here.
    if (Number(c.req.header('content-length') ?? 0) > limits.upload) throw uploadTooLarge(limits.upload);
    await next();
  });
};

/** Takes room for a body by its declared length, or as it comes, until the request is answered. */
const holdRoom =
  (room: BodyRoom, maxSize: number) =>
  async <T>(c: Context<AppEnv>, answer: () => Promise<T>): Promise<T> => {
    let held = 0;
    const take = (bytes: number) => {
      room.take(bytes);
      held += bytes;
    };
    const length = c.req.header('content-length');
    const { body } = c.req.raw;
    // One that says that it is too large takes nothing: it is refused unread.
    if (length !== undefined) take(Number(length) > maxSize ? 0 : Number(length));
    else if (body !== null) {
      const counted = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          take(chunk.byteLength);
          controller.enqueue(chunk);
        },
      });
      // A body that is a stream has to be called half of a duplex; the type of the DOM does not know the word.
      const init = { body: body.pipeThrough(counted), duplex: 'half' };
      c.req.raw = new Request(c.req.raw, init);
    }
    try {
      return await answer();
    } finally {
      room.give(held);
    }
  };

function limitTo(maxSize: number, advice: string) {
  const refuse = (): never => {
    throw new CrmbetError('body_too_large', `A body may have up to ${maxSize} bytes here.${advice}`);
  };
  const counted = bodyLimit({ maxSize, onError: refuse });
  return createMiddleware<AppEnv>(async (c, next) => {
    const length = c.req.header('content-length');
    // HTTP holds a body to its declared length; to look at the stream for it would cost more than everything else of a small request.
    if (length === undefined || c.req.header('transfer-encoding') !== undefined)
      return await counted(c, next);
    if (Number(length) > maxSize) refuse();
    await next();
  });
}

/** Refuses what is not JSON, or lines of it, by its own word. */
export const requireJson = createMiddleware<AppEnv>(async (c, next) => {
  if (hasBody(c.req) && contentTypeOf(c.req) !== 'application/json' && !isUpload(c.req)) {
    const detail = takesEvents(c.req) ? `application/json or ${ndjson}` : 'application/json';
    throw new CrmbetError('content_type_unsupported', `Send the body as ${detail}.`);
  }
  await next();
});

/**
 * Refuses a body that nests too deep before a recursive schema walks it, and text that the database cannot hold. Events have a
 * checker of their own.
 */
export const refuseUnfitJson = createMiddleware<AppEnv>(async (c, next) => {
  if (takesEvents(c.req) || !hasBody(c.req)) return await next();
  const body = await readJson(c.req);
  if (!isShallow(body, maxDepth)) {
    throw new CrmbetError('request_invalid', `The body is nested more than ${maxDepth} deep.`);
  }
  if (!isTextDeep(body)) throw notText('body', '');
  await next();
});
