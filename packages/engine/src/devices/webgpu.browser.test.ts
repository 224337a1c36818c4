import { describe, expect, it } from 'vitest';
import { describeDevice } from '../testing/device-suite.ts';
import { describeWebGpuNeighbours } from '../testing/gpu-neighbours-suite.ts';
import { describeWebGpu } from '../testing/gpu-suite.ts';
import { findAdapter } from './gpu-adapter.ts';

const found = await findAdapter();
if ('missing' in found) {
  console.warn(`SKIPPED: the webgpu device in the browser, because ${found.missing}.`);
  describe.skip(`the webgpu device (left out: ${found.missing})`, () => it('is there', () => undefined));
} else {
  describeDevice('webgpu', { slow: 'it takes long where the CPU plays the graphics card' });
  describeWebGpu();
  describeWebGpuNeighbours();

  describe('in a worker', () => {
    it('runs as in the page', async () => {
      const worker = new Worker(new URL('../testing/gpu-worker.ts', import.meta.url), { type: 'module' });
      const answer = await new Promise((resolve, reject) => {
        worker.addEventListener('message', ({ data }) => resolve(data));
        worker.addEventListener('error', ({ message }) => reject(new Error(message)));
      });
      worker.terminate();
      expect(answer).toEqual({ device: 'webgpu', sizes: [250, 250, 250, 250] });
    }, 30_000);
  });
}
