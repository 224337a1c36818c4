import type { Job, Kpis, Model, PlayerSummary, Segment, StreamMessage } from '../data/wire.ts';
import { dayOf, daysUntil } from '../format/days.ts';
import { fixtureColumns } from './fixture-columns.ts';
import {
  anEvent,
  type FixtureData,
  features,
  fullPlayer,
  makeFixtureData,
  playerDays,
  playerEvents,
} from './fixture-data.ts';
import { seeded } from './random.ts';

export type FixtureOptions = {
  players?: number;
  seed?: number;
  /** Milliseconds since 1970 that the data ends at. */
  now?: number;
  /** Milliseconds between two messages of the stream; 0 sends none by itself. */
  streamMs?: number;
  /** Milliseconds that a training takes. */
  trainingMs?: number;
};

/** The routes of the API that the elements read, over made-up data in memory, as a web-standard handler. */
export type FixtureGateway = {
  (request: Request): Promise<Response>;
  data: FixtureData;
  /** Sends a message to every open stream. */
  tell(message: StreamMessage): void;
};

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' },
  });

const problem = (status: number, code: string) =>
  json({ type: `urn:crmbet:problem:${code}`, title: code, status, code, requestId: 'req_fixture' }, status);

export function createFixtureGateway(options: FixtureOptions = {}): FixtureGateway {
  const now = options.now ?? Date.now();
  const data = makeFixtureData(options.players ?? 20_000, options.seed ?? 1, now);
  const listeners = new Set<(message: StreamMessage) => void>();
  const jobs = new Map<string, { job: Job; model: Model; startedMs: number }>();
  const random = seeded(7);
  let sent = 0;

  const tell = (message: StreamMessage) => {
    for (const listener of [...listeners]) listener(message);
  };

  const jobNow = (id: string): Job | undefined => {
    const known = jobs.get(id);
    if (known === undefined || known.job.state !== 'running') return known?.job;
    const progress = Math.min(1, (performance.now() - known.startedMs) / (options.trainingMs ?? 4000));
    if (progress >= 1) Object.assign(known.model, { state: 'ready', players: data.players.length });
    known.job = {
      ...known.job,
      progress,
      state: progress >= 1 ? 'succeeded' : 'running',
      step: 'clustering',
    };
    return known.job;
  };

  const list = (url: URL) => {
    const { searchParams: query } = url;
    const sort = query.get('sort') ?? 'lastActive';
    const key = (player: PlayerSummary): number =>
      sort === 'deposits'
        ? Number(player.deposits.money.amount)
        : sort === 'turnover'
          ? Number(player.turnover.amount)
          : sort === 'ggr'
            ? Number(player.ggr.amount)
            : Date.parse(player.lastActiveAt ?? '');
    const matching = data.players
      .filter(
        (player) =>
          player.id.startsWith(query.get('q') ?? '') &&
          (query.get('segment') === null || player.segments.includes(query.get('segment') ?? '')) &&
          (query.get('cluster') === null || player.cluster?.cluster === Number(query.get('cluster'))),
      )
      .toSorted((a, b) => key(b) - key(a));
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit') ?? 50);
    return {
      data: matching.slice(from, to),
      nextCursor: to < matching.length ? String(to) : null,
      ...(query.get('count') === 'true' ? { total: matching.length } : {}),
    };
  };

  const kpis = (url: URL): Kpis => {
    const to = url.searchParams.get('to') ?? dayOf(now);
    const from = url.searchParams.get('from') ?? to;
    const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
    const rows = daysUntil(to, days).map((day) => {
      const wave = seeded(Date.parse(day) / 86_400_000)();
      const weekend = [0, 5, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) ? 1.4 : 1;
      const deposits = Math.round(24_000_000 * weekend * (0.85 + wave * 0.3));
      return {
        day,
        currency: 'BRL',
        activePlayers: Math.round(3100 * weekend * (0.9 + wave * 0.2)),
        deposits,
        turnover: Math.round(deposits * 4.1),
        ggr: Math.round(deposits * 4.1 * (0.03 + wave * 0.06)),
      };
    });
    const sum = (name: 'deposits' | 'turnover' | 'ggr') => rows.reduce((total, row) => total + row[name], 0);
    return {
      players: data.players.length,
      activePlayers: Math.min(data.players.length, Math.round(4800 * Math.sqrt(days / 2))),
      restrictedPlayers: data.players.filter(({ restricted }) => restricted).length,
      events: 1200 * days,
      currencies: [
        {
          currency: 'BRL',
          players: 9000,
          depositors: 7420,
          deposits: { count: 41_000, amount: String(sum('deposits')) },
          withdrawals: { count: 9000, amount: String(Math.round(sum('deposits') * 0.7)) },
          turnover: String(sum('turnover')),
          ggr: String(sum('ggr')),
          ngr: String(Math.round(sum('ggr') * 0.88)),
        },
      ],
      days:
        url.searchParams.get('series') === 'true'
          ? rows.map((row) => ({
              ...row,
              deposits: String(row.deposits),
              turnover: String(row.turnover),
              ggr: String(row.ggr),
            }))
          : [],
    };
  };

  const stream = (url: URL, signal: AbortSignal): Response => {
    const only = url.searchParams.get('player');
    const encoder = new TextEncoder();
    let stop = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode(': open\n\n'));
        const send = (message: StreamMessage) => {
          const about = message.event === 'job.updated' ? null : message.data.player;
          if (only !== null && only !== about) return;
          controller.enqueue(
            encoder.encode(
              `id: ${message.id}\nevent: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n`,
            ),
          );
        };
        listeners.add(send);
        const every = options.streamMs ?? 0;
        const timer =
          every === 0
            ? undefined
            : setInterval(() => {
                const player = only ?? data.players[Math.floor(random() * data.players.length)]?.id ?? 'p-1';
                sent += 1;
                const segment = data.segments[sent % data.segments.length];
                if (sent % 9 === 0 && segment !== undefined) {
                  return send({
                    id: `m-${sent}`,
                    event: 'segment.entered',
                    data: {
                      segment: { id: segment.id, name: segment.name },
                      player,
                      at: new Date().toISOString(),
                    },
                  });
                }
                send({
                  id: `m-${sent}`,
                  event: 'player.event',
                  data: anEvent(sent, player, Date.now(), random),
                });
              }, every);
        stop = () => {
          listeners.delete(send);
          clearInterval(timer);
        };
        signal.addEventListener('abort', stop);
      },
      cancel: () => stop(),
    });
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    });
  };

  const train = async (request: Request): Promise<Response> => {
    const body: unknown = await request.json();
    const k =
      typeof body === 'object' && body !== null && 'k' in body && typeof body.k === 'number' ? body.k : 6;
    const id = `0190b6a0-0000-7000-8000-0000000003${String(jobs.size).padStart(2, '0')}`;
    const at = new Date().toISOString();
    const model: Model = {
      ...data.model,
      id: `m${id.slice(1)}`,
      parameters: { k },
      activeVersion: null,
      metrics: null,
      job: id,
      state: 'training',
      players: null,
      trainedAt: null,
      createdAt: at,
    };
    const job: Job = {
      id,
      kind: 'train_model',
      state: 'running',
      progress: 0,
      step: 'reading',
      code: null,
      detail: null,
      model: model.id,
      version: 1,
      createdAt: at,
      startedAt: at,
      finishedAt: null,
    };
    jobs.set(id, { job, model, startedMs: performance.now() });
    return json(model, 202);
  };

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const { pathname } = url;
    const [, noun, id, sub] = /^\/v1\/([a-z]+)(?:\/([^/]+))?(?:\/([a-z]+))?$/.exec(pathname) ?? [];
    const player = noun === 'players' && id !== undefined ? data.byId.get(decodeURIComponent(id)) : undefined;
    const limit = Number(url.searchParams.get('limit') ?? 50);
    switch (`${request.method} ${noun ?? ''}/${id === undefined ? '' : ':id'}/${sub ?? ''}`) {
      case 'GET players//':
        return json(list(url));
      case 'GET players/:id/':
        return player ? json(fullPlayer(player, data, now)) : problem(404, 'not_found');
      case 'GET players/:id/days':
        return player
          ? json({ data: playerDays(player, Number(url.searchParams.get('days') ?? 90), now) })
          : problem(404, 'not_found');
      case 'GET players/:id/events':
        return player
          ? json({ data: playerEvents(player, limit), nextCursor: null })
          : problem(404, 'not_found');
      case 'GET features//':
        return json({ data: features });
      case 'GET features/:id/': {
        const { searchParams: query } = url;
        const { bytes, rows } = fixtureColumns(data, (query.get('features') ?? '').split(','), {
          segment: query.get('segment'),
          precision: query.get('precision'),
        });
        return new Response(bytes, {
          headers: {
            'content-type': 'application/vnd.apache.arrow.stream',
            'x-as-of': new Date(now).toISOString(),
            'x-row-count': String(rows),
          },
        });
      }
      case 'GET segments//':
        return json({ data: data.segments, nextCursor: null });
      case 'GET segments/:id/': {
        const found = data.segments.find((segment) => segment.id === id);
        return found ? json(found) : problem(404, 'not_found');
      }
      case 'POST segments//': {
        const body: Pick<Segment, 'name' | 'rule'> = await request.json();
        const at = new Date().toISOString();
        const made: Segment = {
          id: `0190b6a0-0000-7000-8000-0000000004${String(data.segments.length).padStart(2, '0')}`,
          description: null,
          kind: 'rule',
          ...body,
          size: Math.round(data.players.length / 9),
          createdAt: at,
          evaluatedAt: at,
        };
        data.segments.unshift(made);
        return json(made, 201);
      }
      case 'GET models//':
        return json({
          data: [...[...jobs.values()].map(({ model }) => model).toReversed(), data.model],
          nextCursor: null,
        });
      case 'GET models/:id/':
        return json(data.model);
      case 'GET models/:id/clusters':
        return json({ data: data.clusters });
      case 'GET models/:id/points':
        return json({ data: data.points.slice(0, limit) });
      case 'POST models//':
        return train(request);
      case 'GET jobs/:id/': {
        const job = jobNow(id ?? '');
        return job ? json(job) : problem(404, 'not_found');
      }
      case 'POST jobs/:id/cancel': {
        const known = jobs.get(id ?? '');
        if (known === undefined) return problem(404, 'not_found');
        known.model.state = 'cancelled';
        known.job = { ...known.job, state: 'cancelled' };
        return json(known.job);
      }
      case 'GET reports/:id/':
        return json(kpis(url));
      case 'GET stream//':
        return stream(url, request.signal);
      case 'POST sessions//':
        return json({ token: 'fixture', expiresAt: new Date(Date.now() + 600_000).toISOString() }, 201);
      default:
        return problem(404, 'not_found');
    }
  };

  return Object.assign(answer, { data, tell });
}
