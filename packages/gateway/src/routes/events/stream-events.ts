import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { fieldErrorsOf } from '../../errors/field-errors.ts';
import { isUpload, ndjson } from '../../middleware/body-limits.ts';
import { problemFor } from '../../middleware/problems.ts';
import { SenderGone } from '../../services/events/patient-reader.ts';
import type { LineResult, UploadCounts } from '../../services/events/upload.ts';
import type { AppEnv } from '../app-types.ts';
import { LineWriter } from './line-writer.ts';
import type { UploadLine } from './upload-schemas.ts';

/** What an upload says in its address. A batch says it in its body. */
export const UploadQuery = z.strictObject({
  replay: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: `Of ${ndjson}: writes state without triggering any action` }),
  results: z
    .enum(['problems', 'all'])
    .optional()
    .openapi({
      description: `Of ${ndjson}: which lines are answered one by one. problems (the default): conflicts and refusals. all: every one, and then the answer has to be read while the body is sent.`,
    }),
});

/** Bytes of lines about problems that may wait for their reader; the rest is counted. Dead letters hold all of them. */
const maxUntaken = 1024 * 1024;
const progressEveryMs = 1000;
/** How long the reader of all results may read nothing. */
const readerMs = 30_000;

/**
 * The branch of `POST /v1/events` that takes events one a line, and answers while they come. Until the first of them are durable a
 * failure is the answer itself, under its own status; after that it is the last line.
 */
export const streamEvents = createMiddleware<AppEnv>(async (c, next) => {
  if (!isUpload(c.req)) {
    refuseQuery(c);
    return await next();
  }
  const query = readQuery(c);
  // That key is public: whoever has seen the page could keep every place taken.
  if (c.var.principal.kind === 'publishable')
    throw new CrmbetError('scope_missing', 'An upload needs an sk_ key. Send batches with this one.');
  const gone = new AbortController();
  const writer = new LineWriter(() => gone.abort(new SenderGone(undefined)));
  const { tell, unlisted } = teller(writer, query.results ?? 'problems');
  const { uploads } = c.var.services;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = uploads.take(c.req.raw.body ?? emptyBody(), {
    replay: query.replay === 'true',
    tenantId: c.var.principal.tenantId,
    identify: () => identify(c),
    signal: gone.signal,
    tell: async (results, counts) => {
      begin();
      await tell(results, counts);
    },
  });
  const first = await Promise.race([begun, ended]);
  if (first?.failure !== undefined && first.counts.lines === 0) throw answerable(first.failure.error);
  void ended.then(
    ({ counts, failure }) => void finish(c, writer, { counts, unlisted: unlisted(), failure }),
    (error: unknown) => writer.fail(error instanceof Error ? error : new Error('the upload failed')),
  );
  return c.newResponse(writer.body, 200, {
    'content-type': ndjson,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
});

function readQuery(c: Context<AppEnv>): z.infer<typeof UploadQuery> {
  const given = Object.entries(c.req.queries()).map(([name, [value, ...more]]) => [
    name,
    more.length === 0 ? value : [value, ...more],
  ]);
  const parsed = UploadQuery.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw new CrmbetError('request_invalid', 'The query of the request is not as described.', {
    errors: fieldErrorsOf(parsed.error.issues),
  });
}

/** A `replay` that is passed over would set off what must not be: here it stands in the body. */
function refuseQuery(c: Context<AppEnv>): void {
  if (!c.req.url.includes('?')) return;
  const names = Object.keys(c.req.queries());
  if (names.length === 0) return;
  throw new CrmbetError('request_invalid', `The query is for ${ndjson}; a batch says it in its body.`, {
    errors: names
      .slice(0, 1)
      .map((name) => ({ pointer: `/${name.slice(0, 64)}`, detail: 'is not for this body' })),
  });
}

async function identify(c: Context<AppEnv>) {
  const principal = await c.var.identifyAgain();
  if (principal.scopes.includes('events:write')) return principal;
  throw new CrmbetError('scope_missing', 'The credential may not send events any more.');
}

const emptyBody = () => new Blob([]).stream();

function teller(writer: LineWriter, results: 'problems' | 'all') {
  let unlisted = 0;
  let progressAt = performance.now();
  const isProblem = ({ status }: LineResult) => status === 'conflict' || status === 'rejected';
  return {
    unlisted: () => unlisted,
    tell: async (all: LineResult[], counts: UploadCounts): Promise<void> => {
      const listed = results === 'all' ? all : all.filter(isProblem);
      if (results === 'problems' && writer.untaken > maxUntaken) unlisted += listed.length;
      else writer.write(listed.map((item): UploadLine => ({ kind: 'item', ...item })));
      if (performance.now() - progressAt > progressEveryMs && writer.untaken < maxUntaken) {
        progressAt = performance.now();
        writer.write([{ kind: 'progress', ...counts } satisfies UploadLine]);
      }
      if (results === 'all' && !(await writer.taken(readerMs)))
        throw new CrmbetError('request_timeout', 'The answer was not read.');
    },
  };
}

async function finish(
  c: Context<AppEnv>,
  writer: LineWriter,
  outcome: { counts: UploadCounts; unlisted: number; failure: { error: unknown } | undefined },
): Promise<void> {
  const { counts, unlisted, failure } = outcome;
  const { log, requestId } = c.var;
  const problem = failure === undefined ? undefined : problemFor(answerable(failure.error), c.var).problem;
  log.debug({ requestId, ...counts, unlisted, problem: problem?.code }, 'upload ended');
  const end: UploadLine = { kind: 'end', ...counts, unlisted, ...(problem === undefined ? {} : { problem }) };
  writer.write([end]);
  if (await writer.taken(readerMs)) writer.end();
  else writer.fail(new Error('the answer to an upload was not read'));
}

/** Nobody hears it, and it is no failure of ours. */
const answerable = (error: unknown): Error => {
  if (error instanceof SenderGone) return new CrmbetError('request_invalid', error.message);
  return error instanceof Error ? error : new Error('the upload failed');
};
