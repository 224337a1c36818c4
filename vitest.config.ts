import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { findChromium } from './scripts/lib/chromium.mjs';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 22) {
  console.error(
    `The tests need Node 22 or newer; this is Node ${process.version}. \`npm test\` runs them on the packaged Node 24.`,
  );
  process.exit(1);
}

const everywhere = '{packages/*/{src,scripts},examples/*,benchmarks/*,scripts,tests}';
const notTests = ['**/node_modules/**', '**/dist/**'];

/** Servers are killed, workers started and graphics cards played by processors here: what is slow is not wrong, what hangs is. */
const patience = { testTimeout: 60_000, hookTimeout: 120_000 };

const projects: TestProjectConfiguration[] = [
  {
    test: {
      name: 'unit',
      include: [`${everywhere}/**/*.test.ts`],
      exclude: [...notTests, '**/*.int.test.ts', '**/*.browser.test.ts'],
      ...patience,
    },
  },
  {
    test: {
      name: 'integration',
      include: [`${everywhere}/**/*.int.test.ts`],
      exclude: notTests,
      globalSetup: ['packages/gateway/src/testing/postgres-setup.ts'],
      ...patience,
    },
  },
];

const chromium = findChromium();
if (chromium) {
  projects.push({
    // Shared memory, which the engine's threads use, exists only in a page that is isolated like this.
    server: {
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
    // Found before the first test, not in the middle of one: Vite would reload the page.
    optimizeDeps: { entries: ['packages/*/src/**/*.browser.test.ts'] },
    test: {
      name: 'browser',
      include: [`${everywhere}/**/*.browser.test.ts`],
      exclude: notTests,
      ...patience,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        instances: [{ browser: 'chromium' }],
        provider: playwright({
          launchOptions: {
            executablePath: chromium,
            args: [
              '--headless',
              '--no-sandbox',
              '--disable-gpu',
              // No graphics card is needed: WebGPU on the processor, for the tests of the engine's kernels.
              '--enable-unsafe-webgpu',
              '--use-webgpu-adapter=swiftshader',
              '--disable-quic',
              '--no-first-run',
              '--disable-background-networking',
              '--disable-component-update',
              '--disable-sync',
            ],
          },
        }),
      },
    },
  });
} else {
  console.warn(
    'SKIPPED: every *.browser.test.ts, because no Chromium was found (CRMBET_CHROMIUM may name one).',
  );
}

// Many of the tests wait for processes, disks and timers: two files at a time are faster even on two cores.
export default defineConfig({ test: { projects, maxWorkers: Math.max(2, availableParallelism() - 1) } });
