import '../../autoloader.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { all, clientOf, fixtureGateway, inside, mount, unmount } from '../../testing/mount.ts';

const gateway = fixtureGateway({ players: 2000 });
const restricted = gateway.data.players.find((player) => player.restricted)?.id ?? '';
const free =
  gateway.data.players.find((player) => !player.restricted && player.segments.length > 0)?.id ?? '';

async function opened(player: string, lang = 'en') {
  const { element } = mount('crmbet-player-card', {
    client: clientOf(gateway),
    lang,
    attributes: { player },
  });
  await vi.waitFor(() => inside(element, 'article'));
  return element;
}

const textOf = (element: Element, selector: string) =>
  inside(element, selector).textContent?.replaceAll(/\s+/gu, ' ').trim() ?? '';

describe('crmbet-player-card', () => {
  afterEach(unmount);

  it('puts a restriction before everything else, and says what, since when and until when', async () => {
    const element = await opened(restricted);
    const banner = inside(element, '.banner');
    expect(banner.getAttribute('role')).toBe('alert');
    expect(textOf(element, '.banner')).toMatch(
      /^Do not contact or reward Self-exclusion \(centralised register\), since .+, until .+$/,
    );
    expect(
      banner.compareDocumentPosition(inside(element, '.figures')) & Node.DOCUMENT_POSITION_FOLLOWING,
    ).toBeTruthy();
    expect(all(await opened(free), '.banner')).toEqual([]);
  });

  it('shows the money, segments and cluster that the API gave', async () => {
    const element = await opened(free, 'pt-BR');
    const player = gateway.data.byId.get(free);
    const reais = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });
    const deposits = reais.format(Number(player?.deposits.money.amount) / 100).replaceAll(/\s+/gu, ' ');
    expect(inside(element, '.figures .value').title.replaceAll(/\s+/gu, ' ')).toBe(deposits);
    expect(all(element, '.chips .chip')).toHaveLength(player?.segments.length ?? -1);
    expect(textOf(element, '.places')).toContain(`Grupo ${(player?.cluster?.cluster ?? -1) + 1}`);
  });

  it('knows no cluster of a player whom the model puts in none', async () => {
    const { element } = mount('crmbet-player-card', {
      client: clientOf(async (request) => {
        const answer = await gateway(request);
        if (!request.url.endsWith(`/v1/players/${free}`)) return answer;
        const player: object = await answer.json();
        return Response.json({ ...player, cluster: { model: 'm', modelName: 'dense', cluster: -1 } });
      }),
      attributes: { player: free },
    });
    await vi.waitFor(() => inside(element, 'article'), { timeout: 20_000 });
    expect(textOf(element, '.places')).not.toContain('Cluster 0');
    expect(all(element, '.places [data-cluster]')).toEqual([]);
  });

  it('draws a day a bar, says the sum to those who cannot see it, and changes its measure', async () => {
    const element = await opened(free);
    const label = () => all(element, '.bars')[0]?.getAttribute('aria-label') ?? '';
    expect(label()).toMatch(/^Deposits by day over 90 days, R\$.+ in all\. Most on .+: R\$/);
    expect(all(element, '.bar').length).toBeGreaterThan(10);
    const buttons = all(element, '.segmented button');
    const ggr = buttons.find((button) => button.textContent?.includes('GGR'));
    if (!(ggr instanceof HTMLElement)) throw new Error('no button');
    ggr.click();
    await vi.waitFor(() => expect(label()).toMatch(/^GGR by day/));
    expect(all(element, '.bar.below').length).toBeGreaterThan(0);
  });

  it('shows features by window, with names and units for people', async () => {
    const element = await opened(free);
    expect(textOf(element, '.features')).toMatch(/Deposits made \d+ ?Deposited R\$[\d.,]+/);
    const now = all(element, '.segmented button').find((button) => button.textContent?.trim() === 'Now');
    if (!(now instanceof HTMLElement)) throw new Error('no button');
    now.click();
    await vi.waitFor(() => expect(textOf(element, '.features')).toMatch(/Since last deposit \d+ days?/));
  });

  it('adds what the player does now to the timeline, once', async () => {
    const element = await opened(free);
    const message = {
      id: 'm-1',
      event: 'player.event' as const,
      data: {
        id: 'live-1',
        type: 'deposit.approved',
        player: free,
        time: new Date().toISOString(),
        brand: null,
        data: { amount: 777_700, currency: 'BRL' },
      },
    };
    await vi.waitFor(() => {
      gateway.tell(message);
      expect(textOf(element, '.timeline li')).toContain('R$7,777.00');
    });
    gateway.tell({ ...message, id: 'm-2', data: { ...message.data, id: 'other', player: restricted } });
    expect(
      all(element, '.timeline li').filter((item) => item.textContent?.includes('7,777')).length,
    ).toBeGreaterThan(0);
  });

  it('says when there is no such player, and follows its attribute', async () => {
    const { element } = mount('crmbet-player-card', {
      client: clientOf(gateway),
      attributes: { player: 'p-nobody' },
    });
    await vi.waitFor(() => expect(textOf(element, '[role=alert]')).toContain('could not be found'));
    element.player = free;
    await vi.waitFor(() => expect(textOf(element, 'h2')).toBe(free));
    element.player = null;
    await vi.waitFor(() => expect(element.shadowRoot?.textContent).toContain('Choose a player'));
  });
});
