import { type GpuContext, type GpuWork, usage } from './gpu-context.ts';

/** Long enough that a clock of a tenth of a millisecond, which some devices have, is off by less than a percent. */
const enoughSeconds = 0.03;

const mostRepeats = 2048;

/**
 * Seconds that the works take, one after another: by the device's own clock where it has one, else by ours. Repeated
 * until the clock is good enough, and then the median of five.
 */
export async function timeOnGpu(context: GpuContext, works: readonly GpuWork[]): Promise<number> {
  await timeOnce(context, works);
  let repeats = 1;
  let seconds = await timeOnce(context, works);
  while (seconds < enoughSeconds && repeats < mostRepeats) {
    repeats *= seconds > 0 ? Math.min(16, Math.max(2, Math.ceil(enoughSeconds / seconds))) : 16;
    seconds = await timeOnce(context, repeated(works, repeats));
  }
  const times = [seconds];
  while (times.length < 5) times.push(await timeOnce(context, repeated(works, repeats)));
  return (times.sort((a, b) => a - b)[2] ?? Number.NaN) / repeats;
}

async function timeOnce(context: GpuContext, works: readonly GpuWork[]): Promise<number> {
  if (!context.device.features.has('timestamp-query')) {
    const start = performance.now();
    context.run(works);
    await context.idle();
    return (performance.now() - start) / 1000;
  }
  const querySet = context.device.createQuerySet({ type: 'timestamp', count: 2 });
  const { times } = await context.allocate({ times: { bytes: 16, usage: usage.query | usage.copySource } });
  try {
    context.run(works, { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 });
    const encoder = context.device.createCommandEncoder();
    encoder.resolveQuerySet(querySet, 0, 2, times, 0);
    context.device.queue.submit([encoder.finish()]);
    const [begun = 0n, ended = 0n] = new BigUint64Array(await context.read([{ buffer: times, bytes: 16 }]));
    return Number(ended - begun) / 1e9;
  } finally {
    context.release([times]);
    querySet.destroy();
  }
}

function repeated<T>(items: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => items).flat();
}
