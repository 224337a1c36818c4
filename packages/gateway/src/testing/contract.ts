import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { openApiDocument } from '../openapi.ts';

/** The OpenAPI document, read as tests need it: operations, and whether an answer is as described. */

const Parameter = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']) });
const Described = z.object({
  operationId: z.string(),
  'x-scope': z.string(),
  summary: z.string(),
  tags: z.array(z.string()).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(Parameter).default([]),
  requestBody: z.unknown().optional(),
  responses: z.record(
    z.string(),
    z.object({ description: z.string(), content: z.record(z.string(), z.unknown()).optional() }),
  ),
});

export type Operation = z.infer<typeof Described> & { method: string; path: string };

export const document = openApiDocument();

export const operations: Operation[] = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item ?? {}).map(([method, operation]) => ({
    ...Described.parse(operation),
    method: method.toUpperCase(),
    path,
  })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
// Only what JSON can carry: the document holds undefined here and there.
ajv.addSchema(JSON.parse(JSON.stringify(document)), 'contract');

const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** What is wrong with an answer by the contract: its status, its content type, its body. Empty where nothing is. */
export async function faultsOf(operation: Operation, response: Response): Promise<string[]> {
  const described = operation.responses[String(response.status)];
  if (described === undefined) return [`the status ${response.status} is not described`];
  const type = response.headers.get('content-type')?.split(';')[0];
  if (described.content === undefined) {
    return (await response.clone().text()) === '' ? [] : ['there is a body where none is described'];
  }
  if (type === undefined || !(type in described.content))
    return [`the content type ${type} is not described`];
  // What is no JSON has a format of its own, and tests of its own.
  if (!/[/+]json$/.test(type)) return [];
  const pointer = [
    'paths',
    operation.path,
    operation.method.toLowerCase(),
    'responses',
    String(response.status),
    'content',
    type,
    'schema',
  ];
  const validate = ajv.compile({ $ref: `contract#/${pointer.map(escaped).join('/')}` });
  const body: unknown = await response.clone().json();
  if (validate(body)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

const isProblem = ajv.compile({ $ref: 'contract#/components/schemas/Problem' });

const ProblemBody = z.object({
  code: z.string(),
  status: z.int(),
  requestId: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

export type ProblemBody = z.infer<typeof ProblemBody>;

/** Reads a failure, and throws unless it is a whole problem document: the type, the status in it, the request's id. */
export async function readProblem(response: Response): Promise<ProblemBody> {
  const type = response.headers.get('content-type');
  if (type !== 'application/problem+json') throw new Error(`${response.status} came as ${type}`);
  const body: unknown = await response.clone().json();
  if (!isProblem(body)) throw new Error(`no problem document: ${JSON.stringify(isProblem.errors)}`);
  const problem = ProblemBody.parse(body);
  if (problem.status !== response.status) throw new Error(`${response.status} says it is ${problem.status}`);
  if (problem.requestId !== response.headers.get('x-request-id'))
    throw new Error('the ids of the request differ');
  return problem;
}
