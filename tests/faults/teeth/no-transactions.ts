import { registerHooks } from 'node:module';

/** Loaded before a gateway: its transactions become statements that commit one by one. */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (specifier !== 'postgres' || !context.parentURL?.endsWith('/db/sql-client.ts')) return found;
    const url = new URL('./postgres-without-begin.ts', import.meta.url);
    url.searchParams.set('real', found.url);
    return { ...found, url: url.href, format: 'module-typescript', shortCircuit: true };
  },
});
