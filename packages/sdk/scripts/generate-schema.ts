import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

/** `pnpm --filter @crmbet/sdk generate`: the types of the wire, from the gateway's committed OpenAPI file. */

const contract = new URL('../../gateway/openapi.json', import.meta.url);
export const schemaFile = new URL('../src/internal/schema.gen.ts', import.meta.url);

const header =
  '// Made from packages/gateway/openapi.json by `pnpm --filter @crmbet/sdk generate`. Not edited by hand.\n\n';

export async function generateSchema(): Promise<string> {
  return header + astToString(await openapiTS(await readFile(contract, 'utf8')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(schemaFile, await generateSchema());
}
