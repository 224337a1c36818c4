import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../src/openapi.ts';

/** Writes the contract that the SDK's types are generated from. `pnpm contract` at the root runs this. */
writeFileSync(new URL('../openapi.json', import.meta.url), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
