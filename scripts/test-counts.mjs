// One line about the last run of vitest, from its own report: `tests: N passed, N failed, N skipped`.
import { readJson } from './lib/hash.mjs';
import { report } from './lib/verify.mjs';

const counts = /** @type {Record<string, number> | undefined} */ (readJson(report));
if (counts) {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = counts;
  const skipped = numPendingTests + numTodoTests;
  console.log(`tests: ${numPassedTests} passed, ${numFailedTests} failed, ${skipped} skipped`);
}
