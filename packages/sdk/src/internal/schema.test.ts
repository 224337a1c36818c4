import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generateSchema, schemaFile } from '../../scripts/generate-schema.ts';

it('the generated types are those of the committed OpenAPI file (`pnpm --filter @crmbet/sdk generate`)', async () => {
  expect(await generateSchema()).toBe(await readFile(schemaFile, 'utf8'));
});
