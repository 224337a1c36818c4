import { describe, expect, it } from 'vitest';
import { CRMBet } from './client.ts';

/** What only a real page shows. The network is a function here; the rest is the browser's own. */

const answer = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, results: [] };

describe('in a page', () => {
  it('a secret key is refused', () => {
    expect(() => new CRMBet({ apiKey: 'sk_1', baseUrl: location.origin })).toThrow(/readable by everyone/);
  });

  it('what waits is sent in a keepalive request while the page is left, before the handler ends', async () => {
    const sent: Request[] = [];
    const crmbet = new CRMBet({
      apiKey: 'pk_1',
      baseUrl: location.origin,
      fetch: async (url, init) => {
        // The browser's own Request checks what it is given.
        sent.push(new Request(url, init));
        return Response.json(answer);
      },
    });
    const ids = Array.from({ length: 19 }, (_, i) =>
      crmbet.events.capture({ type: 'page.visited', player: 'p-1', data: { text: 'é'.repeat(2_000), i } }),
    );
    window.dispatchEvent(new PageTransitionEvent('pagehide'));
    // Only microtasks run once a page is left: no timer, no task.
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    const [request] = sent;
    expect(request?.keepalive).toBe(true);
    const body = (await request?.text()) ?? '';
    expect(new TextEncoder().encode(body).length).toBeLessThan(64 * 1_024);
    const taken: { id: string }[] = JSON.parse(body).events;
    expect(taken.length).toBeGreaterThan(10);
    expect(taken.map(({ id }) => id)).toEqual(ids.slice(0, taken.length));
  });

  it('a stream is read piece by piece, and let go when the loop is left', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const bytes = new TextEncoder().encode('event: player.event\nid: 1\ndata: {"player":"São ⚽"}\n\n');
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      },
      cancel() {
        cancelled = true;
      },
    });
    const crmbet = new CRMBet({
      fetchSession: async () => ({ token: 't', expiresAt: new Date(Date.now() + 600_000).toISOString() }),
      baseUrl: location.origin,
      fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    });
    for await (const message of crmbet.stream.open()) {
      expect(message).toEqual({ id: '1', event: 'player.event', data: { player: 'São ⚽' } });
      break;
    }
    await Promise.resolve();
    expect(cancelled).toBe(true);
  });
});
