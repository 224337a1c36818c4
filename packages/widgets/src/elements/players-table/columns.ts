import { placeOf } from '../../data/place-of.ts';
import type { PlayerSort, PlayerSummary } from '../../data/wire.ts';
import { type Formatter, nothing } from '../../format/format.ts';
import type { Messages } from '../../locales/en.ts';

export type ColumnKey = keyof Messages['players']['columns'];

export type Column = {
  key: ColumnKey;
  /** Pixels at least; what is left over is shared out by these. */
  width: number;
  sort?: PlayerSort;
  text(player: PlayerSummary, words: Messages, format: Formatter): string;
};

/** The columns after the player's id, which stays in view. */
export const columns: readonly Column[] = [
  {
    key: 'status',
    width: 96,
    text: (player, words) => (player.restricted ? words.players.restricted : nothing),
  },
  {
    key: 'cluster',
    width: 94,
    text: (player, words) => {
      const place = placeOf(player);
      return place === null ? nothing : words.clusters.name(place.cluster + 1);
    },
  },
  {
    key: 'deposits',
    width: 114,
    sort: 'deposits',
    text: (player, _, format) => format.money(player.deposits.money),
  },
  {
    key: 'turnover',
    width: 122,
    sort: 'turnover',
    text: (player, _, format) => format.money(player.turnover),
  },
  { key: 'ggr', width: 110, sort: 'ggr', text: (player, _, format) => format.money(player.ggr) },
  {
    key: 'lastActive',
    width: 98,
    sort: 'lastActive',
    text: (player, _, format) => format.ago(player.lastActiveAt),
  },
  { key: 'vip', width: 72, text: (player) => player.vipLevel ?? nothing },
  { key: 'segments', width: 84, text: (player, _, format) => format.number(player.segments.length) },
  { key: 'brand', width: 84, text: (player) => player.brand ?? nothing },
  { key: 'country', width: 76, text: (player, _, format) => format.country(player.country) },
  { key: 'registered', width: 98, text: (player, _, format) => format.shortDate(player.registeredAt) },
];

export const idWidth = 96;

/** The widths that fill `available` pixels, the id's column first; never narrower than the columns need. */
export function columnWidths(available: number): number[] {
  const least = [idWidth, ...columns.map(({ width }) => width)];
  const sum = least.reduce((total, width) => total + width, 0);
  const stretch = Math.max(1, available / sum);
  const widths = least.map((width) => Math.floor(width * stretch));
  const rest = available - widths.reduce((total, width) => total + width, 0);
  return rest > 0 ? [...widths.slice(0, -1), (widths.at(-1) ?? 0) + rest] : widths;
}
