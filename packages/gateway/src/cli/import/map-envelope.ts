import type { MappedRow } from './map-row.ts';
import type { Row } from './row.ts';

/**
 * Lines that are events already. They are sent as they were written, to the letter, so that no number in them passes
 * through a float; only an id is added where there is none.
 */
export const envelopeMapper =
  (idOf: (content: string) => string) =>
  ({ line, raw, content, get }: Row): MappedRow => {
    if (get('id') !== undefined) return { line, raw, json: content };
    const inner = content.slice(1, -1).trim();
    return { line, raw, json: `{"id":${JSON.stringify(idOf(content))}${inner === '' ? '' : `,${inner}`}}` };
  };
