import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ImportFailure } from './failure.ts';
import type { Target } from './target.ts';

/** What became of one event. */
export type Outcome = {
  status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  code?: string | undefined;
  reason?: string | undefined;
};

export type SenderOptions = {
  target: Target;
  replay: boolean;
  /** Gives up at once what is in flight. */
  signal: AbortSignal;
  onRetry?: (reason: string) => void;
  /** Milliseconds before the try that follows `failed` ones; tests wait less. */
  delay?: (failed: number) => number;
};

const Answer = z.object({
  results: z.array(
    z.object({
      status: z.enum(['accepted', 'duplicate', 'conflict', 'rejected']),
      code: z.string().optional(),
      errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    }),
  ),
});
const Problem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  title: z.string(),
  requestId: z.string().optional(),
});

const answerMs = 60_000;
/** Nobody at the first try is most likely a wrong address; later it is a gateway that restarts. */
const triesAtFirst = 3;
const triesLater = 10;

/** Full jitter under 0.5 s doubled each time, up to 8 s. */
const backOff = (failed: number) => Math.random() * Math.min(8_000, 500 * 2 ** (failed - 1));

/**
 * Sends batches of events, each the text of its JSON, and answers item by item. Repeats what may pass, which is safe
 * because every event has its id; halves a batch that is too large.
 *
 * @throws {ImportFailure} when going on makes no sense: nobody answers, or the key is refused
 */
export function createSender({ target, replay, signal, onRetry, delay = backOff }: SenderOptions) {
  let answered = false;

  return async function send(events: string[]): Promise<Outcome[]> {
    const body = `{"events":[${events.join(',')}],"replay":${replay}}`;
    for (let failed = 1; ; failed += 1) {
      const result = await attempt(target, body, signal);
      if ('response' in result) {
        const { response, text } = result;
        if (response.ok) {
          answered = true;
          return outcomes(text, events.length, target);
        }
        const tooLarge = response.status === 413 || readProblem(text)?.code === 'batch_too_large';
        if (tooLarge && events.length > 1) {
          const half = Math.ceil(events.length / 2);
          return [...(await send(events.slice(0, half))), ...(await send(events.slice(half)))];
        }
        if (tooLarge)
          return [{ status: 'rejected', code: 'body_too_large', reason: 'The event is too large.' }];
      }
      const why = describe(result, target);
      if (signal.aborted || !mayPass(result) || failed >= (answered ? triesLater : triesAtFirst)) {
        throw new ImportFailure(why);
      }
      onRetry?.(why);
      const asked = 'response' in result ? Number(result.response.headers.get('retry-after') ?? 0) : 0;
      const wait = Math.max(delay(failed), Number.isFinite(asked) ? Math.min(asked, 60) * 1_000 : 0);
      await sleep(wait, undefined, { signal }).catch(() => {
        throw new ImportFailure('The import was stopped.');
      });
    }
  };
}

type Attempt = { response: Response; text: string } | { error: unknown };

async function attempt(target: Target, body: string, signal: AbortSignal): Promise<Attempt> {
  try {
    const response = await fetch(`${target.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.key}`, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    return { response, text: await response.text() };
  } catch (error) {
    return { error };
  }
}

const mayPass = (result: Attempt): boolean =>
  'error' in result || result.response.status >= 500 || [408, 425, 429].includes(result.response.status);

function outcomes(text: string, count: number, target: Target): Outcome[] {
  const answer = Answer.safeParse(json(text));
  if (!answer.success || answer.data.results.length !== count) {
    throw new ImportFailure(`What answers at ${target.url} is not a CRMBet gateway.`);
  }
  return answer.data.results.map(({ status, code, errors }) => ({
    status,
    code,
    reason: errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '),
  }));
}

function describe(result: Attempt, { url }: Target): string {
  if ('error' in result) return `The gateway at ${url} does not answer (${reasonOf(result.error)}).`;
  const { response, text } = result;
  const problem = readProblem(text);
  const said = problem?.detail ?? problem?.title;
  if (response.status === 401)
    return `The gateway at ${url} refused the key${said === undefined ? '.' : `: ${said}`}`;
  if (response.status === 403)
    return `The key may not send events to ${url}${said === undefined ? '.' : `: ${said}`}`;
  if (problem === undefined)
    return `What answers at ${url} is not a CRMBet gateway: it said ${response.status}.`;
  const id = problem.requestId === undefined ? '' : ` (${problem.requestId})`;
  return `The gateway at ${url} answered ${response.status} ${problem.code}: ${said}${id}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${answerMs / 1_000} s`;
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

function readProblem(text: string): z.infer<typeof Problem> | undefined {
  const problem = Problem.safeParse(json(text));
  return problem.success ? problem.data : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
