import { defineConfig } from 'tsup';

export default defineConfig({
  // Reading columns takes a decoder that no page needs which does not compute.
  entry: { index: 'src/index.ts', columns: 'src/columns/index.ts' },
  format: ['esm'],
  target: 'es2023',
  sourcemap: true,
  minify: true,
  clean: true,
});
