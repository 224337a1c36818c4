import '../../autoloader.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { all, fixtureGateway, inside, unmount } from '../../testing/mount.ts';

const gateway = fixtureGateway({ players: 50 });
const real = globalThis.fetch;
let asked: Request[] = [];
let session: () => Response;

/** A page as an operator writes it. */
function page(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.body;
}

describe('crmbet-session', () => {
  beforeEach(() => {
    asked = [];
    session = () =>
      Response.json(
        { token: 'minted', expiresAt: new Date(Date.now() + 600_000).toISOString() },
        { status: 201 },
      );
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      asked.push(request);
      return new URL(request.url).pathname === '/session' ? session() : gateway(request);
    };
  });
  afterEach(() => {
    unmount();
    globalThis.fetch = real;
  });

  const segments = () => {
    const found = document.querySelector('crmbet-segments');
    if (found === null) throw new Error('no element');
    return found;
  };

  it('posts once to its session URL for all elements inside, and calls with the token', async () => {
    page(
      '<crmbet-session session-url="/session" base-url="http://gateway.invalid"><crmbet-segments></crmbet-segments><crmbet-kpis></crmbet-kpis></crmbet-session>',
    );
    await vi.waitFor(() => expect(all(segments(), 'li').length).toBeGreaterThan(0));
    const sessions = asked.filter(({ url }) => url.endsWith('/session'));
    expect(sessions.map(({ method }) => method)).toEqual(['POST']);
    const calls = asked.filter(({ url }) => url.includes('/v1/'));
    expect(new Set(calls.map(({ headers }) => headers.get('authorization')))).toEqual(
      new Set(['Bearer minted']),
    );
    expect(
      calls.every(({ url }) => url.startsWith('http://gateway.invalid/') && !url.includes('minted')),
    ).toBe(true);
  });

  it('says that the sign-in has ended when its server says so', async () => {
    session = () => new Response('', { status: 401 });
    page('<crmbet-session session-url="/session"><crmbet-segments></crmbet-segments></crmbet-session>');
    await vi.waitFor(() =>
      expect(inside(segments(), '[role=alert]').textContent).toContain('Your session has ended'),
    );
  });

  it('speaks the language of the page, until it has one of its own', async () => {
    const before = document.documentElement.lang;
    document.documentElement.lang = 'pt-BR';
    page('<crmbet-session session-url="/session"><crmbet-segments></crmbet-segments></crmbet-session>');
    await vi.waitFor(() => expect(segments().shadowRoot?.textContent).toContain('jogador'));
    document.documentElement.lang = 'es';
    await vi.waitFor(() => expect(segments().shadowRoot?.textContent).toContain('jugador'));
    const own = document.querySelector('crmbet-session');
    own?.setAttribute('lang', 'en');
    await vi.waitFor(() => expect(segments().shadowRoot?.textContent).toContain('player'));
    document.documentElement.lang = before;
  });

  it('gives the elements a theme that a page can choose, and colours that a page can change', async () => {
    page(
      '<crmbet-session session-url="/session" data-theme="dark"><crmbet-segments></crmbet-segments></crmbet-session>',
    );
    await vi.waitFor(() => expect(all(segments(), 'li').length).toBeGreaterThan(0));
    const colour = () => getComputedStyle(segments()).color;
    const dark = colour();
    document.querySelector('crmbet-session')?.setAttribute('data-theme', 'light');
    expect(colour()).not.toBe(dark);
    document.body.style.setProperty('--crmbet-text', 'rgb(1, 2, 3)');
    expect(colour()).toBe('rgb(1, 2, 3)');
    document.body.removeAttribute('style');
  });
});
