import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientOf, fixtureGateway } from '../testing/mount.ts';
import type { SessionElement } from './session/session.ts';

/** The policy of a careful operator: nothing inline, nothing evaluated, nothing from elsewhere. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:";
const gateway = fixtureGateway({ players: 400 });
const player = gateway.data.players.find(({ restricted }) => restricted)?.id ?? '';

/** A page of its own under the policy, and what the browser refused in it. */
async function strictPage(): Promise<{ document: Document; refused: string[] }> {
  const frame = document.createElement('iframe');
  frame.width = '1200';
  frame.height = '900';
  const script = new URL('../autoloader.ts', import.meta.url).href;
  frame.srcdoc = `<!doctype html><meta http-equiv="content-security-policy" content="${policy}"><script type="module" src="${script}"></script>`;
  const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }));
  document.body.append(frame);
  await loaded;
  const inner = frame.contentDocument;
  if (inner === null) throw new Error('the frame has no document');
  const refused: string[] = [];
  inner.addEventListener('securitypolicyviolation', (event) =>
    refused.push(`${event.violatedDirective} ${event.sourceFile}:${event.lineNumber}`),
  );
  return { document: inner, refused };
}

describe('under a strict content security policy', () => {
  afterEach(() => document.body.replaceChildren());

  it('every element works, and nothing is refused', async () => {
    const { document: inner, refused } = await strictPage();
    const window = inner.defaultView;
    await vi.waitFor(() => expect(window?.customElements.get('crmbet-live-feed')).toBeDefined(), {
      timeout: 10_000,
    });
    const tags = [
      'kpis',
      'segments',
      'players-table',
      'player-card',
      'cluster-explorer',
      'cluster-workbench',
      'live-feed',
    ];
    // Made inside the frame, so its class is the frame's own.
    const session = inner.createElement('crmbet-session') as SessionElement;
    session.client = clientOf(gateway);
    for (const tag of tags) {
      const element = inner.createElement(`crmbet-${tag}`);
      if (tag === 'player-card') element.setAttribute('player', player);
      session.append(element);
    }
    inner.body.append(session);
    const shown = (tag: string, selector: string) =>
      inner.querySelector(`crmbet-${tag}`)?.shadowRoot?.querySelector(selector) ?? null;
    await vi.waitFor(
      () => {
        gateway.tell({
          id: 'm-1',
          event: 'segment.entered',
          data: { segment: { id: 's', name: 'VIP' }, player, at: '2026-05-05T14:03:00Z' },
        });
        expect(shown('kpis', '.tile')).not.toBeNull();
        expect(shown('segments', 'li')).not.toBeNull();
        expect(shown('players-table', 'tbody tr[aria-rowindex]')).not.toBeNull();
        expect(shown('player-card', '.banner')).not.toBeNull();
        expect(shown('cluster-explorer', '.legend li')).not.toBeNull();
        expect(shown('cluster-workbench', 'summary')).not.toBeNull();
        expect(shown('live-feed', 'li')).not.toBeNull();
      },
      { timeout: 10_000 },
    );
    // Columns and the tooltip are placed by script: they have to be there too.
    const head = shown('players-table', 'thead th');
    expect(head?.getBoundingClientRect().width).toBeGreaterThan(80);
    const canvas = shown('cluster-explorer', 'canvas');
    const box = canvas?.getBoundingClientRect();
    for (let y = 0; y < (box?.height ?? 0); y += 6) {
      canvas?.dispatchEvent(
        new PointerEvent('pointermove', {
          clientX: (box?.left ?? 0) + (box?.width ?? 0) / 3,
          clientY: (box?.top ?? 0) + y,
        }),
      );
    }
    await new Promise((next) => setTimeout(next, 100));
    expect(refused).toEqual([]);
  });

  it('would show it if something were refused', async () => {
    const { document: inner, refused } = await strictPage();
    inner.body.innerHTML = '<p style="color: red">inline</p>';
    await vi.waitFor(() => expect(refused.join()).toContain('style-src'));
  });
});
