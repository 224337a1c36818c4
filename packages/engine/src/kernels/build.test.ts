import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { buildKernel, kernelBuilds } from '../../scripts/build-kernels.ts';

describe('the embedded kernels', () => {
  it.each(kernelBuilds)(
    'in $file are what their source compiles to',
    async (build) => {
      const embedded = await readFile(new URL(build.file, import.meta.url), 'utf8');
      expect(embedded).toBe(await buildKernel(build));
    },
    60_000,
  );
});
