import { defineConfig } from 'tsup';

export default defineConfig([
  {
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'es2022',
    sourcemap: true,
    clean: true,
  },
  {
    // One file that a plain page loads: nothing is left to resolve.
    entry: ['src/autoloader.ts'],
    format: ['esm'],
    target: 'es2022',
    platform: 'browser',
    minify: true,
    // The engine is loaded when it is used, from where the page serves it.
    noExternal: [/^(?!@crmbet\/engine)/],
    external: ['@crmbet/engine'],
    splitting: false,
    sourcemap: true,
  },
]);
