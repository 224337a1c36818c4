import '../../autoloader.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { FilterChangeEvent } from '../../events/filter-change.ts';
import type { PlayerSelectEvent } from '../../events/player-select.ts';
import { all, clientOf, fixtureGateway, inside, mount, unmount } from '../../testing/mount.ts';

const gateway = fixtureGateway({ players: 20_000 });

/** A table that has drawn its first rows, and every list request that it makes. */
async function opened(attributes: Record<string, string> = {}) {
  const asked: URL[] = [];
  const client = clientOf((request) => {
    const url = new URL(request.url);
    if (url.pathname === '/v1/players') asked.push(url);
    return gateway(request);
  });
  const { element } = mount('crmbet-players-table', { client, attributes });
  await vi.waitFor(() => expect(rows(element).length).toBeGreaterThan(3));
  return { element, asked };
}

const rows = (element: Element) => all(element, 'tbody tr[aria-rowindex]:not([data-pending])');
const ids = (element: Element) => rows(element).map((row) => row.querySelector('th')?.textContent ?? '');
const press = (element: Element, key: string) =>
  inside(element, 'table').dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
  );

describe('crmbet-players-table', () => {
  beforeEach(() => page.viewport(1280, 800));
  afterEach(unmount);

  it('draws only the rows in view, and says how many there are', async () => {
    const { element, asked } = await opened();
    expect(rows(element).length).toBeLessThan(40);
    expect(inside(element, 'table').getAttribute('aria-rowcount')).toBe('20001');
    expect(inside(element, '.count').textContent).toContain('20,000');
    expect(asked.map((url) => url.searchParams.get('limit'))).toEqual(['100']);
  });

  it('reaches the last of 20,000 rows by the scroll bar', async () => {
    const { element } = await opened();
    const scroller = inside(element, 'regular-table');
    scroller.scrollTop = scroller.scrollHeight;
    const last = gateway.data.players.toSorted(
      (a, b) => Date.parse(b.lastActiveAt ?? '') - Date.parse(a.lastActiveAt ?? ''),
    )[19_999];
    await vi.waitFor(() => expect(ids(element).at(-1)).toBe(last?.id), { timeout: 8000 });
    expect(rows(element).at(-1)?.getAttribute('aria-rowindex')).toBe('20001');
  });

  it('is walked by keys, and a chosen row is told', async () => {
    const { element } = await opened({ cluster: '5' });
    const chosen: string[] = [];
    element.addEventListener('crmbet-player-select', (event: PlayerSelectEvent) => chosen.push(event.player));
    const first = ids(element)[0];
    const active = () => inside(element, 'table').getAttribute('aria-activedescendant');
    press(element, 'Enter');
    press(element, 'ArrowDown');
    await vi.waitFor(() => expect(active()).toBe('row-1'));
    press(element, 'ArrowUp');
    press(element, 'ArrowUp');
    await vi.waitFor(() => expect(active()).toBe('row-0'));
    press(element, 'PageDown');
    await vi.waitFor(() => expect(active()).toMatch(/^row-\d\d?$/));
    press(element, 'End');
    const total = gateway.data.players.filter(({ cluster }) => cluster?.cluster === 5).length;
    await vi.waitFor(() => {
      expect(active()).toBe(`row-${total - 1}`);
      expect(inside(element, `#row-${total - 1}`).hasAttribute('data-pending')).toBe(false);
    });
    press(element, 'Enter');
    press(element, 'Home');
    await vi.waitFor(() => expect(active()).toBe('row-0'));
    expect(chosen[0]).toBe(first);
    expect(chosen).toHaveLength(2);
    expect(new Set(chosen).size).toBe(2);
  });

  it('sorts by the select and by a heading', async () => {
    const { element, asked } = await opened();
    const largest = (money: (player: (typeof gateway.data.players)[number]) => string) =>
      gateway.data.players.toSorted((a, b) => Number(money(b)) - Number(money(a)))[0]?.id;
    const select = inside(element, 'select');
    if (!(select instanceof HTMLSelectElement)) throw new Error('no select');
    select.value = 'deposits';
    select.dispatchEvent(new Event('change'));
    await vi.waitFor(() => expect(ids(element)[0]).toBe(largest(({ deposits }) => deposits.money.amount)));
    inside(element, 'th[data-sort=ggr]').click();
    await vi.waitFor(() => {
      expect(inside(element, 'th[aria-sort]').getAttribute('data-col')).toBe('ggr');
      expect(ids(element)[0]).toBe(largest(({ ggr }) => ggr.amount));
    });
    expect(asked.at(-1)?.searchParams.get('sort')).toBe('ggr');
  });

  it('searches by the start of an id, and says when nothing matches', async () => {
    const { element } = await opened();
    const input = inside(element, 'input');
    if (!(input instanceof HTMLInputElement)) throw new Error('no input');
    input.value = 'p-99';
    input.dispatchEvent(new Event('input'));
    await vi.waitFor(() => expect(ids(element).every((id) => id.startsWith('p-99'))).toBe(true));
    input.value = 'nobody';
    input.dispatchEvent(new Event('input'));
    await vi.waitFor(() => expect(inside(element, '.cover').textContent).toContain('No player matches'));
  });

  it('shows its filters by name, and tells when one is taken off', async () => {
    const segment = gateway.data.segments[0];
    const { element } = await opened({ segment: segment?.id ?? '', cluster: '2' });
    const told: (string | number | null)[][] = [];
    element.addEventListener('crmbet-filter-change', (event: FilterChangeEvent) =>
      told.push([event.segment, event.cluster]),
    );
    await vi.waitFor(() => expect(inside(element, '.chip').textContent).toContain(segment?.name));
    inside(element, '.chip').click();
    await vi.waitFor(() => expect(all(element, '.chip')).toHaveLength(1));
    inside(element, '.chip').click();
    await vi.waitFor(() => expect(inside(element, '.count').textContent).toContain('20,000'));
    expect(told).toEqual([
      [null, 2],
      [null, null],
    ]);
  });

  it('marks who is restricted in words, not by colour alone', async () => {
    const { element } = await opened();
    const scroller = inside(element, 'regular-table');
    await vi.waitFor(
      () => {
        scroller.scrollTop += 400;
        expect(all(element, 'tr[data-restricted]').length).toBeGreaterThan(0);
      },
      { timeout: 8000 },
    );
    const marked = inside(element, 'tr[data-restricted]');
    expect(marked.querySelector('[data-col=status]')?.textContent).toBe('Restricted');
    const clear = all(element, 'tbody tr[aria-rowindex]:not([data-restricted]):not([data-pending])')[0];
    expect(clear?.querySelector('[data-col=status]')?.textContent).toBe('–');
  });

  it('keeps its rows when a later page fails, and goes on when asked', async () => {
    let failing = false;
    const client = clientOf(async (request) =>
      failing ? new Response('', { status: 503 }) : gateway(request),
    );
    const { element } = mount('crmbet-players-table', { client });
    await vi.waitFor(() => expect(rows(element).length).toBeGreaterThan(3));
    failing = true;
    const scroller = inside(element, 'regular-table');
    scroller.scrollTop = 9000;
    await vi.waitFor(() => expect(inside(element, '.late').textContent).toContain('busy'));
    failing = false;
    inside(element, '.late button').click();
    await vi.waitFor(() => {
      expect(all(element, '.late')).toEqual([]);
      expect(all(element, 'tr[data-pending]')).toEqual([]);
    });
  });
});
