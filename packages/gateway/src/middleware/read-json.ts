import type { HonoRequest } from 'hono';
import { CrmbetError } from '../errors/crmbet-error.ts';

/** The body of a request. Only here does a failing parse mean that the caller has sent no JSON. */
export async function readJson(request: HonoRequest): Promise<unknown> {
  try {
    return await request.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw notJson();
  }
}

export const notJson = () => new CrmbetError('body_not_json', 'The body could not be read as JSON.');
