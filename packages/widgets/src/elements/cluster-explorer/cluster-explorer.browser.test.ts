import '../../autoloader.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ClusterSelectEvent } from '../../events/cluster-select.ts';
import type { ModelReadyEvent } from '../../events/model-ready.ts';
import type { PlayerSelectEvent } from '../../events/player-select.ts';
import { all, clientOf, fixtureGateway, inside, mount, unmount } from '../../testing/mount.ts';

async function opened(gateway = fixtureGateway({ players: 3000, trainingMs: 400 })) {
  const { element, session } = mount('crmbet-cluster-explorer', { client: clientOf(gateway) });
  await vi.waitFor(() => expect(painted(element)).toBeGreaterThan(2000));
  return { element, session, gateway };
}

const canvasOf = (element: Element): HTMLCanvasElement => {
  const canvas = inside(element, 'canvas');
  if (!(canvas instanceof HTMLCanvasElement)) throw new Error('no canvas');
  return canvas;
};

/** How many pixels the canvas has painted. */
function painted(element: Element): number {
  const canvas = canvasOf(element);
  const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  let count = 0;
  for (let index = 3; index < data.length; index += 4) if ((data[index] ?? 0) > 128) count += 1;
  return count;
}

/** Somewhere on the canvas that a point is under the pointer. */
function aim(element: Element): { clientX: number; clientY: number } {
  const canvas = canvasOf(element);
  const box = canvas.getBoundingClientRect();
  for (let y = 20; y < box.height; y += 8) {
    for (let x = 20; x < box.width; x += 8) {
      const at = { clientX: box.left + x, clientY: box.top + y };
      canvas.dispatchEvent(new PointerEvent('pointermove', { ...at, bubbles: true }));
      if (canvas.hasAttribute('data-pointing')) return at;
    }
  }
  throw new Error('the pointer met no point');
}

const press = (element: Element, key: string) =>
  canvasOf(element).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

describe('crmbet-cluster-explorer', () => {
  afterEach(unmount);

  it('says each cluster in plain words, with its size', async () => {
    const { element, gateway } = await opened();
    const largest = gateway.data.clusters[0];
    const text = inside(element, '.legend li').textContent?.replaceAll(/\s+/g, ' ') ?? '';
    expect(text).toContain(`Cluster ${(largest?.index ?? 0) + 1}`);
    expect(text).toContain(`${largest?.size.toLocaleString('en')} players`);
    expect(text).toContain('Bet on sports far less often; are here on few days; stake smaller sums.');
  });

  it('shows the player under the pointer, and a click chooses them', async () => {
    const { element } = await opened();
    const chosen: string[] = [];
    element.addEventListener('crmbet-player-select', (event: PlayerSelectEvent) => chosen.push(event.player));
    const at = aim(element);
    await vi.waitFor(() => expect(inside(element, '.tip').textContent).toMatch(/p-\d+/));
    canvasOf(element).dispatchEvent(new MouseEvent('click', { ...at, bubbles: true }));
    expect(inside(element, '.tip').textContent).toContain(chosen[0]);
    canvasOf(element).dispatchEvent(new PointerEvent('pointerleave'));
    await vi.waitFor(() => expect(all(element, '.tip')).toEqual([]));
  });

  it('steps through the clusters by keys, says which, and fades the others', async () => {
    const { element, gateway } = await opened();
    const told: (number | null)[] = [];
    element.addEventListener('crmbet-cluster-select', (event: ClusterSelectEvent) =>
      told.push(event.cluster),
    );
    const before = painted(element);
    press(element, 'ArrowRight');
    await vi.waitFor(() =>
      expect(inside(element, '[role=status].hidden').textContent).toContain('Cluster 1 selected'),
    );
    await vi.waitFor(() => expect(painted(element)).toBeLessThan(before * 0.8));
    press(element, 'ArrowLeft');
    press(element, 'Escape');
    const order = gateway.data.clusters.map(({ index }) => index);
    expect(told).toEqual([order[0], order.at(-1), null]);
  });

  it('paints in the colours of the theme, and again when it changes', async () => {
    const { element, session } = await opened();
    const colours = () => {
      const canvas = canvasOf(element);
      return [
        ...(canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []),
      ].reduce((sum, value) => sum + value, 0);
    };
    const light = colours();
    session.dataset.theme = 'dark';
    await vi.waitFor(() => expect(colours()).not.toBe(light));
  });

  it('trains again with progress, and shows the new model when it is done', async () => {
    const { element } = await opened();
    const select = inside(element, '.train select');
    if (!(select instanceof HTMLSelectElement)) throw new Error('no select');
    select.value = '4';
    select.dispatchEvent(new Event('change'));
    const ready: (string | null)[] = [];
    element.addEventListener('crmbet-model-ready', (event: ModelReadyEvent) => ready.push(event.model));
    inside(element, '.train button').click();
    await vi.waitFor(() => expect(inside(element, '.training progress')).toBeTruthy());
    expect(inside(element, '.train button')).toHaveProperty('disabled', true);
    await vi.waitFor(() => expect(all(element, '.training')).toEqual([]), { timeout: 8000 });
    await vi.waitFor(() => expect(inside(element, '.train button')).toHaveProperty('disabled', false));
    expect(ready).toHaveLength(1);
  });

  it('hears of progress by the stream, and a training can be cancelled', async () => {
    const { element, gateway } = await opened(fixtureGateway({ players: 3000, trainingMs: 600_000 }));
    inside(element, '.train button').click();
    await vi.waitFor(() => inside(element, '.training'));
    const asked = await gateway(new Request('http://gateway.invalid/v1/models'));
    const { data }: { data: { job: string }[] } = await asked.json();
    const job = await (await gateway(new Request(`http://gateway.invalid/v1/jobs/${data[0]?.job}`))).json();
    await vi.waitFor(() => {
      gateway.tell({ id: 'j-1', event: 'job.updated', data: { ...job, progress: 0.42 } });
      expect(inside(element, '.training').textContent).toContain('42%');
    });
    inside(element, '.training button').click();
    await vi.waitFor(() => expect(inside(element, '.outcome').textContent).toBe('Training was cancelled.'), {
      timeout: 8000,
    });
  });

  it('offers no training to those who may not', async () => {
    const gateway = fixtureGateway({ players: 300 });
    const session = document.createElement('crmbet-session');
    session.baseUrl = 'http://gateway.invalid';
    const real = globalThis.fetch;
    globalThis.fetch = async (input, init) => gateway(new Request(input, init));
    try {
      session.fetchSession = async () => ({
        token: 'fixture',
        expiresAt: new Date(Date.now() + 600_000).toISOString(),
        scopes: ['models:read', 'stream:read'],
      });
      const element = document.createElement('crmbet-cluster-explorer');
      session.append(element);
      document.body.append(session);
      await vi.waitFor(() => expect(all(element, '.legend button').length).toBeGreaterThan(0));
      expect(all(element, '.train')).toEqual([]);
    } finally {
      unmount();
      globalThis.fetch = real;
    }
  });

  it('says so where there is no model yet', async () => {
    const none = async (request: Request) =>
      request.url.includes('/v1/models')
        ? Response.json({ data: [], nextCursor: null })
        : fixtureGateway({ players: 1 })(request);
    const { element } = mount('crmbet-cluster-explorer', { client: clientOf(none) });
    await vi.waitFor(() =>
      expect(inside(element, '.state').textContent).toContain('No model has been trained yet.'),
    );
  });
});
