// `npm test`: installs what the checks need, then runs them all. `npm test -- ARGS` passes ARGS to vitest.
import { ensureChromium } from './lib/chromium.mjs';
import { main } from './lib/failure.mjs';
import { ensureRabbitmq } from './lib/rabbitmq.mjs';
import { verify } from './lib/verify.mjs';

await main(() =>
  verify(process.argv.slice(2), async () => {
    const noChromium = ensureChromium();
    if (noChromium) console.warn(`The browser tests will be skipped: ${noChromium}.`);
    const noRabbitmq = ensureRabbitmq();
    if (noRabbitmq) console.warn(`The tests of consuming from RabbitMQ will be skipped: ${noRabbitmq}.`);
  }),
);
