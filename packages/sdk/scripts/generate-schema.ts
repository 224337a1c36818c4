import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, NEVER, STRING, tsIntersection, tsRecord, tsUnion } from 'openapi-typescript';

/** `pnpm --filter @crmbet/sdk generate`: the types of the wire, from the gateway's committed OpenAPI file. */

const contract = new URL('../../gateway/openapi.json', import.meta.url);
export const schemaFile = new URL('../src/internal/schema.gen.ts', import.meta.url);

const header =
  '// Made from packages/gateway/openapi.json by `pnpm --filter @crmbet/sdk generate`. Not edited by hand.\n\n';

/** Enumerations that a newer gateway may add to: an older client goes on working, so other strings fit their types too. */
const open = new Set(['#/components/schemas/FeatureId', '#/components/schemas/ErrorCode']);

export async function generateSchema(): Promise<string> {
  const types = await openapiTS(await readFile(contract, 'utf8'), {
    postTransform: (type, { path }) =>
      path !== undefined && open.has(path)
        ? tsUnion([type, tsIntersection([STRING, tsRecord(NEVER, NEVER)])])
        : undefined,
  });
  return header + astToString(types);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(schemaFile, await generateSchema());
}
