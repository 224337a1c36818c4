import { columnFromArray, float32, float64, Table, tableToIPC, utf8 } from '@uwdata/flechette';
import { type FixtureData, features } from './fixture-data.ts';
import { normal, seeded } from './random.ts';

/** What a feature is at most, by its unit, for the kind of player that has most of it. */
const most = {
  money: 400_000,
  count: 90,
  share: 0.9,
  ratio: 3,
  days: 60,
  minutes: 900,
  label: 5,
  score: 1,
} as const;

/**
 * The features of everybody as the gateway gives them: made up, alike within a kind of player and unlike between kinds, some
 * of them missing, the same for the same player.
 */
export function fixtureColumns(
  data: FixtureData,
  ids: readonly string[],
  { segment, precision }: { segment: string | null; precision: string | null },
): { bytes: Uint8Array<ArrayBuffer>; rows: number } {
  const players = data.players.filter(({ segments }) => segment === null || segments.includes(segment));
  const type = precision === 'single' ? float32() : float64();
  const columns = ids.map((id) => {
    const unit = features.find((feature) => feature.id === id)?.unit ?? 'count';
    const random = seeded([...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7));
    const levels = Array.from({ length: 8 }, () => random());
    return columnFromArray(
      players.map(({ cluster }) => {
        const level = levels[cluster?.cluster ?? 0] ?? 0;
        const value = most[unit] * level ** 2 * Math.exp(normal(random) * 0.2);
        if (unit === 'share') return random() < 0.05 ? null : Math.min(1, value);
        return Math.round(value);
      }),
      type,
    );
  });
  const player = columnFromArray(
    players.map(({ id }) => id),
    utf8(),
  );
  const fields = ['player', ...ids].map((name, index) => ({
    name,
    type: index === 0 ? utf8() : type,
    nullable: index > 0,
    metadata: new Map(),
  }));
  const schema = { version: 4, endianness: 0, fields, metadata: new Map() } as const;
  const bytes = tableToIPC(new Table(schema, [player, ...columns]), { format: 'stream' });
  return { bytes: new Uint8Array(bytes ?? []), rows: players.length };
}
