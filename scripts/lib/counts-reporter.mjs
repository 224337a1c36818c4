import { writeWhole } from './hash.mjs';

/**
 * A reporter for vitest that names every skipped test, and writes `{ passed, failed, skipped }` to the file that
 * CRMBET_TEST_COUNTS names. Vitest's own
 * JSON reporter prints a line after the summary, which has to be the last thing that `npm test` shows.
 */
export default class CountsReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'skipped' : state] += 1;
        if (state === 'skipped') console.log(`SKIPPED: ${test.fullName}${noteOf(test.result())}`);
      }
      // A file that fails as a whole, at its imports for one, has no failed test to show for it.
      if (module.state() === 'failed' && counts.failed === before) counts.failed += 1;
    }
    const file = process.env.CRMBET_TEST_COUNTS;
    if (file) writeWhole(file, JSON.stringify(counts));
  }
}

/** @param {import('vitest/node').TestResult} result */
const noteOf = (result) => ('note' in result && result.note ? `: ${result.note}` : '');
