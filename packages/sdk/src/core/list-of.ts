import type { Path } from '../internal/path.ts';
import type { RequestOptions } from '../types.ts';
import { List, type PageOf } from './list.ts';
import type { Query, Transport } from './transport.ts';

/** A list behind a path whose pages are asked for by `cursor`. */
export const listOf = <T, Page extends PageOf<T>>(
  transport: Transport,
  path: Path,
  query: Query,
  options: RequestOptions,
): List<T, Page> =>
  new List((cursor) =>
    transport.request<Page>({
      method: 'GET',
      path,
      query: cursor === undefined ? query : { ...query, cursor },
      ...options,
    }),
  );
