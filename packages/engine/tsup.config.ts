import { readFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    worker: 'src/worker/worker.ts',
    'engine-worker': 'src/worker/whole/engine-worker.ts',
  },
  format: ['esm'],
  target: 'es2023',
  sourcemap: true,
  minify: true,
  clean: true,
  esbuildPlugins: [
    {
      // The source starts worker.ts, the bundle worker.js, and so with the other one: they lie beside every chunk.
      name: 'worker-url',
      setup(build) {
        build.onLoad({ filter: /worker[\\/]spawn\.ts$/ }, async ({ path }) => ({
          contents: (await readFile(path, 'utf8'))
            .replaceAll("'./worker.ts'", "'./worker.js'")
            .replaceAll("'./whole/engine-worker.ts'", "'./engine-worker.js'"),
          loader: 'ts',
        }));
      },
    },
  ],
});
