// `npm test`: installs what the checks need, then runs them all. `npm test -- ARGS` passes ARGS to vitest.
import { ensureChromium } from './lib/chromium.mjs';
import { main } from './lib/failure.mjs';
import { verify } from './lib/verify.mjs';

await main(() =>
  verify(process.argv.slice(2), async () => {
    const missing = ensureChromium();
    if (missing) console.warn(`The browser tests will be skipped: ${missing}.`);
  }),
);
