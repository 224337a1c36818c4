import { expect, it } from 'vitest';
import { CRMBet } from '../client.ts';

const client = (answer: () => Response, asked: Request[] = []) =>
  new CRMBet({
    apiKey: 'sk_test',
    baseUrl: 'http://gateway.invalid',
    maxRetries: 0,
    fetch: async (url, init) => {
      asked.push(new Request(url, init));
      return answer();
    },
  });

it('asks for columns by name, and gives the stream as it comes', async () => {
  const asked: Request[] = [];
  const { body, ...told } = await client(
    () => new Response('bytes', { headers: { 'x-as-of': '2026-05-05T14:03:00.000Z', 'x-row-count': '12' } }),
    asked,
  ).features.columns({ features: ['turnover_90d', 'active_days_90d'], precision: 'single' });
  expect(asked[0]?.url).toBe(
    'http://gateway.invalid/v1/features/columns?features=turnover_90d%2Cactive_days_90d&precision=single',
  );
  expect(asked[0]?.headers.get('accept')).toBe('application/vnd.apache.arrow.stream');
  expect(told).toEqual({
    names: ['turnover_90d', 'active_days_90d'],
    asOf: new Date('2026-05-05T14:03:00Z'),
    rows: 12,
  });
  expect(await new Response(body).text()).toBe('bytes');
});

it('says what was wrong by the code', async () => {
  const refused = client(() =>
    Response.json(
      { type: 'urn:crmbet:problem:overloaded', title: 'x', status: 503, code: 'overloaded', requestId: 'r' },
      { status: 503, headers: { 'content-type': 'application/problem+json' } },
    ),
  );
  await expect(refused.features.columns({ features: ['turnover_90d'] })).rejects.toMatchObject({
    code: 'overloaded',
  });
});
