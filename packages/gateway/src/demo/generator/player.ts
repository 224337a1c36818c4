import { Account, currency } from './account.ts';
import { hourWeights } from './archetypes.ts';
import { expireBonus, grantBonus } from './bonuses.ts';
import { deposit, withdraw } from './cashier.ts';
import { type DemoDay, demoDays } from './days.ts';
import type { DemoEvent } from './events.ts';
import { sendMessage } from './messages.ts';
import type { DemoOptions } from './options.ts';
import { isAround, planPlayer } from './plan.ts';
import { mix, Rng } from './rng.ts';
import { playSession } from './session.ts';
import { day, hour, isoTime, minute } from './time.ts';

/**
 * The whole history of one player, strictly ordered by time. Pure: the same options and index give the same bytes.
 * Ids hold a mark of seed, days and end, so that two histories never share one.
 */
export function generatePlayerHistory(options: DemoOptions, playerIndex: number): DemoEvent[] {
  const window = windowOf(options);
  const plan = planPlayer(options, playerIndex);
  const rng = new Rng(options.seed, playerIndex, 2);
  const account = new Account(plan, `${window.mark}-${playerIndex.toString(36)}`, window.end);
  register(account, rng);
  for (const today of window.days) {
    if (account.excluded || account.over) break;
    if (today.start + day > plan.registeredAt) tellDay(account, rng, today, window);
  }
  account.advance(window.end);
  return account.events;
}

type Window = { key: string; mark: string; start: number; end: number; days: readonly DemoDay[] };

let lastWindow: Window | undefined;

/** What all players share. The last one is kept: it is asked for again by every player. */
function windowOf({ seed, days, end: endDate }: DemoOptions): Window {
  const end = endDate.getTime();
  const key = `${seed}/${days}/${end}`;
  if (lastWindow?.key === key) return lastWindow;
  const start = end - days * day;
  const marks = [mix(mix(seed) ^ days), mix(mix(end | 0) ^ Math.floor(end / 2 ** 32) ^ mix(seed + days))];
  const mark = marks.map((word) => (word >>> 0).toString(36)).join('');
  lastWindow = { key, mark, start, end, days: demoDays(start, end) };
  return lastWindow;
}

/** Signs up, says what may be sent, pays in for the first time and plays. */
function register(account: Account, rng: Rng): void {
  const { person, registeredAt, archetype } = account.plan;
  const { country, language, timeZone, name, email, birthDate, region, affiliate, marketingConsent } = person;
  const vipLevel = archetype === 'vip' ? 'silver' : person.vipLevel;
  account.emit('player.registered', registeredAt, {
    country,
    language,
    currency,
    timeZone,
    email,
    name,
    birthDate,
    region,
    marketingConsent,
    ...(vipLevel !== undefined && { vipLevel }),
    ...(affiliate !== undefined && { affiliate }),
  });
  const consent = { product: 'all', channel: 'all', purpose: 'marketing' } as const;
  account.emit('consent.set', registeredAt + 1000, { ...consent, granted: marketingConsent });
  if (rng.chance(account.plan.escalation > 0 ? 0.2 : 0.03)) setLimit(account, rng, registeredAt + 2000);
  // Some sign up and never pay in.
  if (archetype === 'casual' && rng.chance(0.15)) return;
  const first = registeredAt + rng.logNormal(12, 1) * minute;
  deposit(account, rng, first, 0.6);
  const quiet = { start: first, fixtures: [], mood: 1, football: 1 };
  playSession(account, rng, quiet, account.clock + 30_000, false, 0.5);
}

function setLimit(account: Account, rng: Rng, at: number): void {
  if (rng.chance(0.3)) {
    account.emit('limit.set', at, { kind: 'time', period: 'day', minutes: rng.int(2, 8) * 30 });
    return;
  }
  const amount =
    Math.round((account.plan.behaviour.deposit * account.plan.purse * rng.between(3, 10)) / 5000) * 5000;
  account.emit('limit.set', at, {
    kind: 'deposit',
    period: 'month',
    amount: Math.max(5000, amount),
    currency,
  });
}

function tellDay(account: Account, rng: Rng, today: DemoDay, window: Window): void {
  const { plan } = account;
  const noon = today.start + 12 * hour;
  market(account, rng, today);
  cool(account, today);
  const excludesToday = plan.excludesAt !== undefined && plan.excludesAt < today.start + day;
  if (isAround(plan, noon) || excludesToday) {
    const progress = (today.start - window.start) / (window.end - window.start);
    const growth = 1 + plan.escalation * Math.max(0, progress);
    visit(account, rng, today, excludesToday, growth);
  }
  if (plan.archetype === 'vip' && rng.chance(0.02) && plan.person.vipLevel !== undefined) {
    account.later(noon, (at) =>
      account.emit('player.updated', at, { vipLevel: plan.person.vipLevel ?? 'gold' }),
    );
  }
  if (excludesToday) exclude(account, rng);
}

/** Perhaps comes to play today: once, or for the unlucky again in the same night. */
function visit(account: Account, rng: Rng, today: DemoDay, surely: boolean, growth: number): void {
  const { behaviour, pace, person, escalation } = account.plan;
  const follows = behaviour.followsFootball;
  const mood = today.football * follows + today.mood * (1 - follows);
  if (!rng.chance(Math.min(0.97, behaviour.activity * pace * mood * growth)) && !surely) return;
  const football = today.fixtures.length > 0 && rng.chance(behaviour.sports * (0.4 + 0.55 * follows));
  const binges = escalation > 0 && rng.chance(0.35);
  const start = football
    ? beforeKickOff(rng, today)
    : atHour(rng, today, binges ? 'night' : behaviour.hours, person.utcOffset);
  if (start < account.plan.registeredAt + hour) return;
  playSession(account, rng, today, start, football, binges ? 1.5 * growth : growth);
  if (binges && rng.chance(0.5)) {
    playSession(account, rng, today, account.clock + rng.between(8, 50) * minute, false, growth);
  }
}

/** Most bet in the hour before the whistle, a few during the match. */
function beforeKickOff(rng: Rng, { fixtures }: DemoDay): number {
  const kickOff = fixtures[rng.int(0, fixtures.length - 1)]?.kickOff ?? 0;
  if (rng.chance(0.2)) return kickOff + rng.between(2, 75) * minute;
  return kickOff - Math.min(9 * hour, rng.logNormal(38, 0.9) * minute);
}

function atHour(rng: Rng, { start }: DemoDay, hours: keyof typeof hourWeights, utcOffset: number): number {
  // Days begin at midnight in Brasília (UTC−3); the hour is the player's own.
  return start + (rng.weighted(hourWeights[hours]) + rng.next() - 3 - utcOffset) * hour;
}

/** Messages: now and then for everybody who agreed, and on the day that a lapsed player is back. */
function market(account: Account, rng: Rng, today: DemoDay): void {
  const { plan } = account;
  if (!plan.person.marketingConsent) return;
  const returned = plan.absences.find(([, to]) => to >= today.start && to < today.start + day);
  const at = today.start + rng.between(9, 19) * hour;
  if (at < plan.registeredAt + hour || (plan.timeOut && at > plan.timeOut[0] && at < plan.timeOut[1])) return;
  if (returned !== undefined && plan.timeOut === undefined) {
    sendMessage(account, rng, at, 'come-back');
    if (rng.chance(0.6))
      account.later(at + hour, (due) => grantBonus(account, rng, due, rng.int(2, 8) * 500));
  } else if (rng.chance(0.022)) {
    sendMessage(account, rng, at, today.fixtures.length > 0 ? 'match-day' : 'news');
  }
}

/** A cool-off asked for by the player: set, silence, lifted. */
function cool(account: Account, today: DemoDay): void {
  const { timeOut } = account.plan;
  if (timeOut === undefined || timeOut[0] < today.start || timeOut[0] >= today.start + day) return;
  const endsAt = timeOut[1];
  account.later(timeOut[0], (at) => {
    const details = { restriction: 'time_out', scope: 'operator', source: 'player' } as const;
    account.emit('restriction.set', at, { ...details, endsAt: isoTime(Math.floor(endsAt)) });
  });
  account.later(endsAt, (at) => account.emit('restriction.lifted', at, { restriction: 'time_out' }));
}

/** The end: bonuses are lost, the player is excluded and takes the money out; open bets still settle. */
function exclude(account: Account, rng: Rng): void {
  const at = account.clock + rng.between(2, 90) * minute;
  account.advance(at);
  expireBonus(account, at);
  const centralised = rng.chance(0.35);
  account.emit('restriction.set', Math.max(at, account.clock + 1), {
    restriction: 'self_exclusion',
    scope: centralised ? 'centralised' : 'operator',
    source: centralised ? 'central-register' : 'player',
    ...(rng.chance(0.5) && { endsAt: isoTime(Math.floor(at) + rng.int(6, 24) * 30 * day) }),
  });
  account.excluded = true;
  withdraw(account, rng, account.clock + 3 * hour, account.cash);
}
