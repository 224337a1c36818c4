import { describe, it } from 'vitest';
import { describeDevice } from '../testing/device-suite.ts';
import { findTestAdapter } from '../testing/gpu.ts';

const missing = await findTestAdapter();
if (missing === undefined) {
  describeDevice('webgpu', { slow: 'it takes long where the CPU plays the graphics card' });
} else {
  console.warn(`SKIPPED: the webgpu device in Node, because ${missing}.`);
  describe.skip(`the webgpu device (left out: ${missing})`, () => it('is there', () => undefined));
}
