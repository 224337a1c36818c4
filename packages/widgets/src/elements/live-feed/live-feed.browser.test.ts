import '../../autoloader.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StreamMessage } from '../../data/wire.ts';
import type { PlayerSelectEvent } from '../../events/player-select.ts';
import { all, clientOf, fixtureGateway, inside, mount, unmount } from '../../testing/mount.ts';

const deposit = (id: number, player = 'p-7'): StreamMessage => ({
  id: `m-${id}`,
  event: 'player.event',
  data: {
    id: `e-${id}`,
    type: 'deposit.approved',
    player,
    time: '2026-05-05T14:03:00Z',
    brand: null,
    data: { amount: '900719925474099301', currency: 'BRL' },
  },
});

async function listening(attributes: Record<string, string> = {}, lang = 'en') {
  const gateway = fixtureGateway({ players: 10 });
  const { element } = mount('crmbet-live-feed', { client: clientOf(gateway), lang, attributes });
  await vi.waitFor(() => {
    gateway.tell(deposit(0));
    expect(all(element, 'li').length).toBe(1);
  });
  return { element, gateway };
}

describe('crmbet-live-feed', () => {
  afterEach(unmount);

  it('says what happens in words and in exact money', async () => {
    const { element } = await listening({}, 'pt-BR');
    expect(inside(element, 'li').textContent?.replaceAll(/\s+/gu, ' ')).toContain(
      'Depósitop-7 R$ 9.007.199.254.740.993,01',
    );
  });

  it('keeps no more than it may, newest first', async () => {
    const { element, gateway } = await listening({ max: '5' });
    for (let id = 1; id <= 30; id += 1) gateway.tell(deposit(id, `p-${id}`));
    await vi.waitFor(() => {
      expect(all(element, '.player').map((player) => player.textContent)).toEqual([
        'p-30',
        'p-29',
        'p-28',
        'p-27',
        'p-26',
      ]);
    });
  });

  it('shows nothing of a gap in the stream', async () => {
    const { element, gateway } = await listening();
    gateway.tell({ id: 'm-reset', event: 'stream.reset', data: {} });
    gateway.tell(deposit(1, 'p-8'));
    await vi.waitFor(() => {
      expect(all(element, '.player').map((player) => player.textContent)).toEqual(['p-8', 'p-7']);
    });
  });

  it('stands still while it is paused, counts, and catches up', async () => {
    const { element, gateway } = await listening();
    inside(element, 'header button').click();
    await vi.waitFor(() => expect(inside(element, '.connection').textContent).toBe('Paused'));
    gateway.tell(deposit(1));
    gateway.tell(deposit(2));
    await vi.waitFor(() => expect(inside(element, '.behind').textContent).toBe('2 new'));
    expect(all(element, 'li')).toHaveLength(1);
    inside(element, 'header button').click();
    await vi.waitFor(() => expect(all(element, 'li')).toHaveLength(3));
  });

  it('tells whom somebody clicked', async () => {
    const { element } = await listening();
    const chosen: string[] = [];
    element.addEventListener('crmbet-player-select', (event: PlayerSelectEvent) => chosen.push(event.player));
    inside(element, '.player').click();
    expect(chosen).toEqual(['p-7']);
  });

  it('is no live region itself: only a sum is read out', async () => {
    const { element } = await listening();
    expect(inside(element, 'ol').closest('[aria-live],[role=log],[role=status]')).toBeNull();
    expect(all(element, '[role=status]')).toHaveLength(1);
  });

  it('says when it may not listen', async () => {
    const refused = async () =>
      Response.json({ code: 'scope_missing', status: 403, title: 'x', type: 'x' }, { status: 403 });
    const { element } = mount('crmbet-live-feed', { client: clientOf(refused) });
    await vi.waitFor(() =>
      expect(inside(element, '.connection').textContent).toBe('Your role does not allow this.'),
    );
  });
});
