// One line about the last run of vitest, as it counted itself: `tests: N passed, N failed, N skipped`.
import { readJson } from './lib/hash.mjs';
import { testCounts } from './lib/paths.mjs';

const counts = /** @type {Record<'passed' | 'failed' | 'skipped', number> | undefined} */ (
  readJson(testCounts)
);
if (counts) console.log(`tests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
