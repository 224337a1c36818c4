import { cp, readFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    main: 'src/main.ts',
    'model-thread-worker': 'src/jobs/threads/model-thread-worker.ts',
  },
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  sourcemap: true,
  clean: true,
  // Patched (see patches/): an installation from a registry would have it as it was.
  noExternal: ['postgres'],
  esbuildPlugins: [
    {
      // The source starts a .ts file, the bundle the .js beside every chunk.
      name: 'worker-url',
      setup(build) {
        build.onLoad({ filter: /threads[\\/]model-thread\.ts$/ }, async ({ path }) => ({
          contents: (await readFile(path, 'utf8')).replaceAll(
            "'./model-thread-worker.ts'",
            "'./model-thread-worker.js'",
          ),
          loader: 'ts',
        }));
      },
    },
  ],
  onSuccess: async () => {
    await cp('src/db/migrations', 'dist/migrations', { recursive: true });
  },
});
