// The `build` script of a package: JavaScript by tsup, declarations by TypeScript, both into its dist, changed or not.
import { relative } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { main } from './lib/failure.mjs';
import { root } from './lib/paths.mjs';

await main(() => ensureBuilt({ types: true, force: true, only: relative(root, process.cwd()) }));
