import type { LiveEvent } from '../data/wire.ts';
import type { Messages } from '../locales/en.ts';
import type { Formatter } from './format.ts';

export type EventWords = {
  title: string;
  /** Money, a game, a reason: what the event is about. Empty where there is nothing to say. */
  detail: string;
  kind: EventKind;
};

export type EventKind =
  | 'money-in'
  | 'money-out'
  | 'play'
  | 'bonus'
  | 'message'
  | 'restriction'
  | 'account'
  | 'other';

const kinds: readonly [string, EventKind][] = [
  ['deposit.', 'money-in'],
  ['withdrawal.', 'money-out'],
  ['bet.', 'play'],
  ['casino.', 'play'],
  ['bonus.', 'bonus'],
  ['message.', 'message'],
  ['restriction.', 'restriction'],
  ['limit.', 'restriction'],
  ['player.', 'account'],
  ['session.', 'account'],
  ['consent.', 'account'],
];

const isKnown = (type: string, words: Messages): type is keyof Messages['events'] =>
  Object.hasOwn(words.events, type);

const has = <T extends object>(table: T, key: unknown): key is keyof T =>
  typeof key === 'string' && Object.hasOwn(table, key);

/** `free_spins` → `Free spins`: for names of the operator's own, which no catalogue can hold. */
export function humanise(name: string): string {
  const words = name.replaceAll(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An event in words, its money in its own currency. */
export function eventWords(
  event: Pick<LiveEvent, 'type' | 'data'>,
  words: Messages,
  format: Formatter,
): EventWords {
  const { data, type } = event;
  const money = (name: string): string | undefined => {
    const amount = data[name];
    const { currency } = data;
    const whole =
      typeof amount === 'number'
        ? Number.isSafeInteger(amount)
        : typeof amount === 'string' && /^-?\d+$/.test(amount);
    if (!whole || typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return undefined;
    return format.moneyOf(typeof amount === 'number' ? amount : String(amount), currency);
  };
  const text = (name: string): string | undefined => {
    const value = data[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const name = (key: string) => {
    const value = text(key);
    return value === undefined ? undefined : humanise(value);
  };
  const { player } = words;
  const bonus = data.bonus === true ? player.bonusMoney : undefined;

  const details = (): (string | undefined)[] => {
    switch (type) {
      case 'bet.placed': {
        const odds = text('odds');
        return [money('stake'), odds && player.odds(odds), name('sport'), bonus];
      }
      case 'bet.settled':
        return [
          has(player.outcomes, data.outcome) ? player.outcomes[data.outcome] : undefined,
          data.outcome === 'lost' ? money('stake') : money('payout'),
          name('sport'),
          bonus,
        ];
      case 'casino.round': {
        const rounds = data.rounds;
        return [
          money('stake'),
          name('game'),
          typeof rounds === 'number' && rounds > 1 ? player.rounds(rounds) : undefined,
          bonus,
        ];
      }
      case 'session.ended': {
        const seconds = data.durationSeconds;
        return [
          typeof seconds === 'number' ? player.minutes(Math.max(1, Math.round(seconds / 60))) : undefined,
        ];
      }
      case 'restriction.set':
      case 'restriction.lifted':
        return [
          has(player.restrictions, data.restriction) ? player.restrictions[data.restriction] : undefined,
        ];
      default:
        return [
          money('amount'),
          name('method') ?? name('kind') ?? name('channel') ?? name('device'),
          name('reason'),
        ];
    }
  };

  return {
    title: isKnown(type, words) ? words.events[type] : humanise(type),
    detail: details()
      .filter((part) => part !== undefined && part !== '')
      .join(' · '),
    kind: kinds.find(([start]) => type.startsWith(start))?.[1] ?? 'other',
  };
}
