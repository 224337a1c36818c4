import '../../autoloader.ts';
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PlayerSelectEvent } from '../../events/player-select.ts';
import type { SegmentSavedEvent } from '../../events/segment-saved.ts';
import { all, clientOf, fixtureGateway, type Handler, inside, mount, unmount } from '../../testing/mount.ts';

/** A machine with much else to do may take long; nothing here is about how long. */
const until = <T>(look: () => T) => vi.waitFor(look, { timeout: 30_000 });

async function opened(
  handler: Handler = fixtureGateway({ players: 3000 }),
  attributes: Record<string, string> = {},
) {
  const mounted = mount('crmbet-cluster-workbench', { client: clientOf(handler), attributes });
  await until(() => inside(mounted.element, 'button.primary'));
  return mounted;
}

async function grouped(handler?: Handler, attributes?: Record<string, string>) {
  const mounted = await opened(handler, attributes);
  inside(mounted.element, 'button.primary').click();
  await until(() => expect(all(mounted.element, '.legend li').length).toBeGreaterThan(0));
  return mounted;
}

const pick = (element: Element, selector: string, value: string) => {
  const select = inside(element, selector);
  if (!(select instanceof HTMLSelectElement)) throw new Error('no select');
  select.value = value;
  select.dispatchEvent(new Event('change'));
};

/** Of a feature's box, by its label. */
const box = (element: Element, label: string): HTMLInputElement => {
  const found = all(element, '.box').find((each) => each.textContent?.trim() === label);
  const input = found?.querySelector('input');
  if (!input) throw new Error(`no box ${label}`);
  return input;
};

describe('crmbet-cluster-workbench', () => {
  afterEach(unmount);

  it('groups everybody in the page, and says each group in plain words', async () => {
    const { element } = await opened();
    pick(element, '.count select', '4');
    inside(element, 'button.primary').click();
    await until(() => expect(all(element, '.legend li').length).toBe(4));
    const text = inside(element, '.legend').textContent?.replaceAll(/\s+/g, ' ') ?? '';
    expect(text).toMatch(/Cluster \d [\d,]+ players · \d+% [A-Z]/);
    expect(inside(element, '.facts').textContent).toContain('3,000 players as of');
    const sizes = all(element, '.legend .size').map((each) =>
      Number.parseInt(each.textContent?.replaceAll(',', '') ?? '', 10),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3000);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it('gives the same groups for the same players', async () => {
    const gateway = fixtureGateway({ players: 800 });
    const sizes = async () =>
      all((await grouped(gateway)).element, '.legend .size').map((each) => each.textContent);
    expect(await sizes()).toEqual(await sizes());
  });

  it('reads the players once for one choice of behaviours, and again for another', async () => {
    const gateway = fixtureGateway({ players: 600 });
    const asked: string[] = [];
    const { element } = await grouped(async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.endsWith('/columns')) asked.push(searchParams.get('features') ?? '');
      return gateway(request);
    });
    pick(element, '.count select', '3');
    inside(element, 'button.primary').click();
    await until(() => expect(all(element, '.legend li').length).toBe(3));
    expect(asked).toHaveLength(1);
    box(element, 'Active days (90 d)').click();
    await until(() => expect(inside(element, 'summary').textContent).toContain('By 10 behaviours'));
    inside(element, 'button.primary').click();
    await until(() => expect(asked).toHaveLength(2));
    await until(() => expect(all(element, '.training')).toEqual([]));
    expect(asked[1]?.split(',')).toEqual(asked[0]?.split(',').filter((id) => id !== 'active_days_90d'));
  });

  it('forgets the players of a session when another one takes its place', async () => {
    const { element, session } = await grouped(fixtureGateway({ players: 600 }));
    session.client = clientOf(fixtureGateway({ players: 400 }));
    await until(() => expect(all(element, '.legend li')).toEqual([]));
    await until(() => inside(element, 'button.primary').click());
    await until(() => expect(inside(element, '.facts').textContent).toContain('400 players as of'));
  });

  it('finds a behaviour by its name, accents or none, and groups by nothing but what is chosen', async () => {
    const { element, session } = await opened();
    session.lang = 'pt-BR';
    await until(() => expect(inside(element, 'button.primary').textContent).toBe('Agrupar aqui'));
    const search = inside(element, '.choose input');
    if (!(search instanceof HTMLInputElement)) throw new Error('no search');
    search.value = 'depositos';
    search.dispatchEvent(new Event('input'));
    await until(() =>
      expect(all(element, '.box').every((each) => /dep[oó]sit/i.test(each.textContent ?? ''))).toBe(true),
    );
    expect(all(element, '.box').length).toBeGreaterThan(0);
    all(element, '.choose button')[1]?.dispatchEvent(new MouseEvent('click'));
    await until(() => expect(inside(element, 'button.primary')).toHaveProperty('disabled', true));
  });

  it('stops when somebody cancels, and groups again afterwards', async () => {
    const gateway = fixtureGateway({ players: 600 });
    let hold = true;
    const { element } = await opened(async (request) => {
      if (hold && request.url.includes('/columns'))
        return new Response(new ReadableStream(), { headers: { 'x-row-count': '5' } });
      return gateway(request);
    });
    inside(element, 'button.primary').click();
    await until(() => expect(inside(element, '.training').textContent).toContain('Reading players'));
    inside(element, '.training button').click();
    await until(() => expect(all(element, '.training')).toEqual([]));
    expect(all(element, '[role=alert]')).toEqual([]);
    hold = false;
    inside(element, 'button.primary').click();
    await until(() => expect(all(element, '.legend li').length).toBeGreaterThan(0));
  });

  it('draws some of very many, the members of a segment alone, and says so', async () => {
    const gateway = fixtureGateway({ players: 2000 });
    const segment = gateway.data.segments[0];
    const { element } = await grouped(gateway, { points: '50', segment: segment?.id ?? '' });
    expect(inside(element, '.facts').textContent).toContain(`${segment?.size.toLocaleString('en')} players`);
    expect(inside(element, '.facts').textContent).toContain('50 of them are drawn.');
  });

  it('chooses a player from the plot', async () => {
    const { element } = await grouped();
    const chosen: string[] = [];
    element.addEventListener('crmbet-player-select', (event: PlayerSelectEvent) => chosen.push(event.player));
    const canvas = inside(element, 'canvas');
    await new Promise(requestAnimationFrame);
    const area = canvas.getBoundingClientRect();
    for (let y = 20; y < area.height && chosen.length === 0; y += 8) {
      for (let x = 20; x < area.width && chosen.length === 0; x += 8)
        canvas.dispatchEvent(new MouseEvent('click', { clientX: area.left + x, clientY: area.top + y }));
    }
    expect(chosen[0]).toMatch(/^p-\d+$/);
  });

  it('looks for how many groups there are, and says how clearly they are apart', async () => {
    const { element } = await grouped(fixtureGateway({ players: 2000 }));
    // The fixture has six kinds of players; two of them are much alike.
    const count = all(element, '.legend li').length;
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThanOrEqual(7);
    expect(inside(element, '.facts').textContent).toMatch(
      new RegExp(`${count} clusters fit best\\. They (stand|run|are)`),
    );
  });

  it.each([
    ['HDBSCAN', '.smallest select', '0.1', 0],
    ['DBSCAN', '.reach input', '2', 1],
  ])(
    'finds groups by %s, and says how many are outside of them',
    async (name, setting, value, leastOutside) => {
      const { element } = await opened(fixtureGateway({ players: 1500 }));
      pick(element, '.method', name);
      await until(() => inside(element, setting));
      const field = inside(element, setting);
      if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement))
        throw new Error('no field');
      field.value = value;
      field.dispatchEvent(new Event('change'));
      inside(element, 'button.primary').click();
      await until(() => expect(all(element, '.legend li').length).toBeGreaterThan(1));
      const sizes = all(element, '.legend .size').map((each) =>
        Number.parseInt(each.textContent?.replaceAll(',', '') ?? '', 10),
      );
      const outside = Number(
        /([\d,]+) players? (?:is|are) outside of every cluster\./.exec(
          inside(element, '.facts').textContent ?? '',
        )?.[1] ?? 0,
      );
      expect(outside).toBeGreaterThanOrEqual(leastOutside);
      expect(sizes.reduce((sum, size) => sum + size, outside)).toBe(1500);
    },
  );

  it('says so where there is no group at all', async () => {
    const { element } = await opened(fixtureGateway({ players: 300 }));
    pick(element, '.method', 'DBSCAN');
    await until(() => inside(element, '.reach input'));
    const field = inside(element, '.reach input');
    if (!(field instanceof HTMLInputElement)) throw new Error('no field');
    field.value = '0.1';
    field.dispatchEvent(new Event('change'));
    inside(element, 'button.primary').click();
    await until(() =>
      expect(inside(element, '.facts').textContent).toContain('300 players are outside of every cluster.'),
    );
    expect(all(element, '.legend li')).toEqual([]);
  });

  it('says each group’s rule and how well it stands for it, and makes a segment of it', async () => {
    const gateway = fixtureGateway({ players: 2000 });
    const sent: unknown[] = [];
    const { element } = await grouped(
      async (request) => {
        if (request.method === 'POST' && request.url.endsWith('/v1/segments')) {
          const body: { name: string } = await request.clone().json();
          sent.push(body);
          if (body.name === 'Taken')
            return Response.json(
              {
                type: 'urn:crmbet:problem:name_taken',
                title: 'x',
                code: 'name_taken',
                status: 409,
                requestId: 'r',
              },
              { status: 409, headers: { 'content-type': 'application/problem+json' } },
            );
        }
        return gateway(request);
      },
      { currency: 'BRL' },
    );
    const told: string[] = [];
    element.addEventListener('crmbet-segment-saved', (event: SegmentSavedEvent) => told.push(event.name));
    const text = inside(element, '.rule').textContent?.replaceAll(/\s+/g, ' ') ?? '';
    expect(text).toMatch(/Rule: .+ (≥|<) .+ Finds \d+% of the cluster; right \d+% of the time\./);
    inside(element, '.rule .save').click();
    const focused = () =>
      element.shadowRoot?.activeElement?.className || element.shadowRoot?.activeElement?.localName;
    await until(() => expect(focused()).toBe('input'));
    const name = async (value: string) => {
      await until(() => inside(element, '.rule form'));
      const input = inside(element, '.rule form input');
      if (!(input instanceof HTMLInputElement)) throw new Error('no input');
      expect(input.value).not.toBe('');
      input.value = value;
      input.dispatchEvent(new Event('input'));
      inside(element, '.rule form button[type=submit]').click();
    };
    await name('Taken');
    await until(() => expect(inside(element, '.rule [role=alert]').textContent).toContain('of that name'));
    await name('Big spenders');
    await until(() => expect(inside(element, '.rule .saved').textContent).toContain('Big spenders'));
    await until(() => expect(focused()).toBe('saved'));
    expect(told).toEqual(['Big spenders']);
    expect(sent[1]).toMatchObject({ name: 'Big spenders', rule: expect.any(Object) });
    expect(JSON.stringify(sent[1])).not.toMatch(/p-\d/);
  });

  it.each(['light', 'dark'] as const)(
    'is accessible with its groups, its behaviours and a name to be typed, %s',
    async (theme) => {
      const { element, session } = await grouped(fixtureGateway({ players: 400 }));
      session.dataset.theme = theme;
      document.documentElement.lang = 'en';
      document.title = 'test';
      document.body.style.background = theme === 'dark' ? '#151b24' : '#ffffff';
      inside(element, 'summary').click();
      inside(element, '.rule .save').click();
      await until(() => inside(element, '.rule form'));
      try {
        const { violations } = await axe.run(element, { rules: { region: { enabled: false } } });
        expect(
          violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
          ),
        ).toEqual([]);
      } finally {
        document.body.removeAttribute('style');
      }
    },
  );

  it('makes no segments for those who may not', async () => {
    const gateway = fixtureGateway({ players: 500 });
    const session = document.createElement('crmbet-session');
    session.baseUrl = 'http://gateway.invalid';
    const real = globalThis.fetch;
    globalThis.fetch = async (input, init) =>
      String(input).startsWith('http://gateway.invalid')
        ? gateway(new Request(input, init))
        : real(input, init);
    try {
      session.fetchSession = async () => ({
        token: 'fixture',
        expiresAt: new Date(Date.now() + 600_000).toISOString(),
        scopes: ['players:read'],
      });
      const element = document.createElement('crmbet-cluster-workbench');
      session.append(element);
      document.body.append(session);
      await until(() => inside(element, 'button.primary').click());
      await until(() => expect(all(element, '.rule').length).toBeGreaterThan(0));
      expect(all(element, '.save')).toEqual([]);
    } finally {
      unmount();
      globalThis.fetch = real;
    }
  });

  it.each([
    ['no engine', { 'engine-url': '/no-such-engine.js' }, 3000, 'The engine could not be loaded.'],
    ['fewer players than clusters', {}, 3, 'There are fewer players than clusters.'],
  ])('says so in words: %s', async (_, attributes, players, words) => {
    const { element } = await opened(fixtureGateway({ players }), attributes);
    pick(element, '.count select', '6');
    inside(element, 'button.primary').click();
    await until(() => expect(inside(element, '[role=alert]').textContent).toContain(words));
  });
});
