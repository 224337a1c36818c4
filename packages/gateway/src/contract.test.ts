import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scopes } from './auth/scopes.ts';
import { statusOfCode, titleOfCode } from './errors/codes.ts';
import { openApiDocument } from './openapi.ts';
import { operations } from './testing/contract.ts';

describe('the contract', () => {
  it('is committed as the routes describe it (pnpm contract writes it)', () => {
    const committed = readFileSync(new URL('../openapi.json', import.meta.url), 'utf8');
    expect(committed === `${JSON.stringify(openApiDocument(), null, 2)}\n`).toBe(true);
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    '%s says who may call it and how it answers',
    (_, operation) => {
      expect(operation.security).toEqual([{ bearer: [] }]);
      expect(scopes).toContain(operation['x-scope']);
      const statuses = Object.keys(operation.responses);
      expect(statuses.filter((status) => status.startsWith('2'))).toHaveLength(1);
      expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '500', '503']));
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (status >= '400') expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
      const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = operation.parameters
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name);
      expect(described).toEqual(inPath);
      if (inPath.length > 0) expect(statuses).toContain('404');
    },
  );

  it('names in its answers only codes that exist, each under its own status', () => {
    for (const { operationId, responses } of operations) {
      for (const [status, { description }] of Object.entries(responses)) {
        if (status < '400') continue;
        for (const code of description.split(', ')) {
          const own = Object.entries(statusOfCode).find(([name]) => name === code)?.[1];
          expect(own, `${operationId} ${status} ${code}`).toBe(Number(status));
        }
      }
    }
  });

  it('has a title for every code, and a failing status', () => {
    expect(Object.keys(titleOfCode).sort()).toEqual(Object.keys(statusOfCode).sort());
    for (const title of Object.values(titleOfCode)) expect(title).toMatch(/^[A-Z].{3,}[^.]$/);
    for (const status of Object.values(statusOfCode)) expect(status).toBeGreaterThanOrEqual(400);
  });
});
