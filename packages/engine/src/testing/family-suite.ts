import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { applyModel } from '../models/apply.ts';
import { deserializeModel, type Model, serializeModel } from '../models/model.ts';
import { exportOnnx } from '../onnx/export.ts';
import { runOnnx } from '../onnx/run.ts';
import { openPool, type Pool } from '../worker/pool.ts';
import {
  badNumbers,
  type FamilyInput,
  familyInput,
  goodInput,
  inputCases,
  labelCases,
} from './family-inputs.ts';
import type { FamilyAnswer, FamilyMember, FamilyOptions } from './family-members.ts';

/**
 * What everything promises that fits, scores or judges, whatever it is given: finite numbers, one for each row where it
 * says so, or an error with a code. Nothing it was given is changed, no worker is left, and the same call has the same
 * answer, in worker threads too. A model that comes out can be written, read, applied and exported.
 */
export function describeFamily(members: readonly FamilyMember[]): void {
  let pool: Pool;
  beforeAll(async () => {
    pool = await openPool({ threads: 2 });
  });
  afterAll(async () => {
    await pool.close();
    expect(liveWorkers).toBe(0);
  });

  describe.each(members)('$name', { timeout: 10_000 }, (member) => {
    const { threaded = false, numbers = [] } = member;

    it.each(inputCases)('answers or refuses $name', async (inputCase) => {
      const input = familyInput(inputCase);
      const first = await outcomeOf(member, input, threaded ? { threads: 0 } : {});
      expect(await outcomeOf(member, input, threaded ? { pool } : {})).toEqual(first);
      if ('answer' in first && first.answer.model)
        await checkModel(first.answer.model, input, inputCase.onnx ?? false);
    });

    if (member.labels) {
      it.each(labelCases)('answers or refuses labels: $name', async ({ make }) => {
        const { matrix } = goodInput();
        const clusters = make(matrix.rowCount);
        await outcomeOf(member, { matrix, clusters, outcomes: Uint8Array.from(clusters) }, {});
      });
    }

    if (numbers.length > 0) {
      it.each(numbers)('answers or refuses any %s', async (option) => {
        for (const value of badNumbers) {
          // Some may rightly take long: those must end when they are told to.
          const signal = AbortSignal.timeout(15);
          await outcomeOf(member, goodInput(), { ...nested(option.split('.'), value), signal });
        }
      });
    }
  });

  const cancellable = members.filter((member) => member.cancellable !== false && !member.variant);
  describe.each(cancellable)('an abort of $name', { timeout: 20_000 }, (member) => {
    const crews: FamilyOptions[] = member.threaded ? [{ threads: 0 }, { threads: 2 }] : [{}];

    it.each(crews)('before it begins: %o', async (crew) => {
      const outcome = await outcomeOf(member, goodInput(), { ...crew, signal: AbortSignal.abort() });
      expect(outcome).toEqual({ code: 'engine_aborted' });
    });

    it.each(crews)('right after it began: %o', async (crew) => {
      const controller = new AbortController();
      queueMicrotask(() => controller.abort());
      await outcomeOf(member, goodInput(), { ...crew, signal: controller.signal });
    });

    if (!member.reports) return;

    it.each(crews)('in the middle of its reports: %o', async (crew) => {
      let reports = 0;
      // Threads change nothing in what is reported.
      const alone = member.threaded ? { threads: 0 } : {};
      await outcomeOf(member, goodInput(), { ...alone, onProgress: () => void reports++ });
      expect(reports).toBeGreaterThan(0);
      const middle = Math.ceil(reports / 2);
      const controller = new AbortController();
      const onProgress = (): void => {
        if (--reports <= middle) controller.abort();
      };
      const last = reports === 1;
      const outcome = await outcomeOf(member, goodInput(), {
        ...crew,
        signal: controller.signal,
        onProgress,
      });
      // What has nothing left to do but return may do so.
      if (!last) expect(outcome).toEqual({ code: 'engine_aborted' });
    });

    it.each(crews)('by an error of its listener: %o', async (crew) => {
      const before = liveWorkers;
      const own = new Error('of the listener');
      const onProgress = (): never => {
        throw own;
      };
      await expect(member.run(goodInput(), { ...crew, onProgress })).rejects.toBe(own);
      expect(liveWorkers).toBe(before);
    });
  });
}

let liveWorkers = 0;
process.on('worker', (worker: Worker) => {
  liveWorkers++;
  worker.once('exit', () => liveWorkers--);
});

type Outcome = { readonly answer: FamilyAnswer } | { readonly code: string };

/** Runs it and holds what comes out, or how it fails, against what all promise. */
async function outcomeOf(
  { run, notFinite = [] }: FamilyMember,
  input: FamilyInput,
  options: FamilyOptions,
): Promise<Outcome> {
  const given = bytesOf(input);
  const before = liveWorkers;
  let outcome: Outcome;
  try {
    const answer = await run(input, options);
    checkFinite(answer.value, notFinite);
    for (const column of answer.perRow ?? []) expect(column.length).toBe(input.matrix.rowCount);
    outcome = { answer };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    expect(error.code).toMatch(/^engine_/);
    outcome = { code: error.code };
  }
  expect(bytesOf(input)).toEqual(given);
  expect(liveWorkers).toBe(before);
  return outcome;
}

function bytesOf({ matrix, clusters, outcomes }: FamilyInput): string[] {
  return [...matrix.columns(), clusters, outcomes].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  );
}

function checkFinite(value: unknown, exceptions: readonly string[], path = ''): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${path} is ${value}.`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    if (!exceptions.includes(key)) checkFinite(entry, exceptions, `${path}/${key}`);
  }
}

/** Written and read it is the same, and says the same; ONNX Runtime takes it. */
async function checkModel(model: Model, { matrix }: FamilyInput, inRuntime: boolean): Promise<void> {
  const read = deserializeModel(serializeModel(model));
  expect(read).toEqual(model);
  const outputs = await applyModel(model, matrix);
  expect(await applyModel(read, matrix)).toEqual(outputs);
  const file = exportOnnx(read);
  if (!inRuntime) return;
  const { outputs: theirs } = await runOnnx(file, matrix);
  for (const values of theirs.values()) expect(values.length).toBe(matrix.rowCount);
}

function nested([key = '', ...rest]: readonly string[], value: number): Record<string, unknown> {
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}
