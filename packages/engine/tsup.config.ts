import { readFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', worker: 'src/worker/worker.ts' },
  format: ['esm'],
  target: 'es2023',
  sourcemap: true,
  clean: true,
  esbuildPlugins: [
    {
      // The source starts worker.ts, the bundle worker.js: it lies beside every chunk.
      name: 'worker-url',
      setup(build) {
        build.onLoad({ filter: /worker[\\/]spawn\.ts$/ }, async ({ path }) => ({
          contents: (await readFile(path, 'utf8')).replaceAll("'./worker.ts'", "'./worker.js'"),
          loader: 'ts',
        }));
      },
    },
  ],
});
