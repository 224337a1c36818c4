import type { EngineWorker, EngineWorkerOptions, segmentRule } from '@crmbet/engine';

/** The part of `@crmbet/engine` that the elements use. */
export type Engine = {
  openEngineWorker(options?: EngineWorkerOptions): EngineWorker;
  segmentRule: typeof segmentRule;
};

export class EngineMissingError extends Error {
  override readonly name = 'EngineMissingError';
}

/**
 * Loads the engine, which is no part of the elements' own bundle. A bundler finds the package by its name; a plain page names
 * the file `index.js` of its `dist`, beside which its workers lie, on the page's own origin: a worker starts from nowhere else.
 *
 * @throws {EngineMissingError} where it cannot be loaded
 */
export async function loadEngine(url: string | null): Promise<Engine> {
  try {
    const engine: Engine =
      url === null
        ? await import('@crmbet/engine')
        : await import(/* @vite-ignore */ new URL(url, document.baseURI).href);
    if (typeof engine.openEngineWorker === 'function') return engine;
  } catch (cause) {
    throw new EngineMissingError('The engine could not be loaded.', { cause });
  }
  throw new EngineMissingError('What was loaded as the engine is something else.');
}
