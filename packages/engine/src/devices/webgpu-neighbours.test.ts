import { describe, it } from 'vitest';
import { findTestAdapter } from '../testing/gpu.ts';
import { describeWebGpuNeighbours } from '../testing/gpu-neighbours-suite.ts';

const missing = await findTestAdapter();
if (missing === undefined) {
  describeWebGpuNeighbours();
} else {
  console.warn(`SKIPPED: neighbours on a graphics device in Node, because ${missing}.`);
  describe.skip(`neighbours on a graphics device (left out: ${missing})`, () =>
    it('is there', () => undefined));
}
