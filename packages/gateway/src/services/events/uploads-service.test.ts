import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { checkEvent } from '../../ingest/check-event.ts';
import type { SendEventsResult } from './events-service.ts';
import { type UploadOptions, UploadsService } from './uploads-service.ts';

const principal = { tenantId: 't', kind: 'secret', subject: 'key', scopes: ['events:write'] } as const;
const options = (more: Partial<UploadOptions> = {}): UploadOptions => ({
  replay: false,
  tenantId: 't',
  identify: async () => principal,
  tell: () => {},
  signal: new AbortController().signal,
  ...more,
});

/** Uploads into a store that takes what is a legal event. */
function open() {
  const letters: string[] = [];
  const uploads = new UploadsService({
    events: {
      send: async (_, body): Promise<SendEventsResult> => {
        // Uploads send a batch.
        const { events } = body as { events: unknown[] };
        const results = events.map((event, index) => {
          const { ok } = checkEvent(event, { now: Date.parse('2026-01-01T00:00:00Z') });
          return { index, id: null, status: ok ? ('accepted' as const) : ('rejected' as const) };
        });
        return { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, results };
      },
    },
    deadLetters: { keep: async (_, kept) => void letters.push(...kept.map(({ raw }) => String(raw))) },
    metrics: { events: () => {} },
  });
  return { uploads, letters };
}

describe('uploads', () => {
  it('take the longest line that a legal event may be, and none much longer', async () => {
    const data = { note: 'é'.repeat(32 * 1024 - '{"note":""}'.length) };
    expect(JSON.stringify(data)).toHaveLength(32 * 1024);
    const event = { id: 'a', type: 'quest.completed', player: 'p', time: '2026-01-01T00:00:00Z', data };
    const line = JSON.stringify(event).replaceAll('é', '\\u00e9');
    expect(line.length).toBeGreaterThan(190_000);
    const { uploads, letters } = open();
    const { counts, failure } = await uploads.take(
      new Blob([`${line}\n${' '.repeat(256 * 1024)}${line}\n${line}`]).stream(),
      options(),
    );
    expect(failure).toBeUndefined();
    expect(counts).toMatchObject({ lines: 3, accepted: 2, rejected: 1 });
    expect(letters).toHaveLength(1);
  });

  it('whose sender may not send any more fail, and nothing else with them', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', hear);
    try {
      let say = () => {};
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          say = () => {
            controller.enqueue(new TextEncoder().encode('{}\n'));
            controller.close();
          };
        },
      });
      const refused = new CrmbetError('key_invalid', 'The key was revoked.');
      const { uploads } = open();
      const ended = uploads.take(body, options({ identify: async () => Promise.reject(refused) }));
      // Long enough for a failure that nobody waits for to be reported.
      await new Promise((next) => setTimeout(next, 20));
      say();
      expect((await ended).failure).toEqual({ error: refused });
      expect(unheard).toEqual([]);
      expect(uploads.open).toBe(0);
    } finally {
      process.off('unhandledRejection', hear);
    }
  });
});
