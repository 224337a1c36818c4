import { describe, it } from 'vitest';
import { findTestAdapter } from '../testing/gpu.ts';
import { describeWebGpu } from '../testing/gpu-suite.ts';

const missing = await findTestAdapter();
if (missing === undefined) {
  describeWebGpu();
} else {
  console.warn(`SKIPPED: losing and sharing the webgpu device in Node, because ${missing}.`);
  describe.skip(`losing and sharing the webgpu device (left out: ${missing})`, () =>
    it('is there', () => undefined));
}
