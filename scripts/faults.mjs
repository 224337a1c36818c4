// `npm run test:faults`: the promises that have to hold when things break; see tests/faults/README.md.
import { ensureBuilt } from './lib/build.mjs';
import { main } from './lib/failure.mjs';
import { runFaults } from './lib/faults.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkRunningNode } from './lib/node24.mjs';

await main(async () => {
  checkRunningNode();
  await ensureInstalled();
  await ensureBuilt({ quiet: true });
  return await runFaults(process.argv.slice(2));
});
