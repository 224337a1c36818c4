import type { DemoEvent } from './events.ts';
import type { DemoOptions } from './options.ts';
import { generatePlayerHistory } from './player.ts';

/** Chunks hold whole players, and at least this many events (but the last). */
const chunkSize = 1000;

/** The whole history, player by player, in chunks. Within a player events are ordered by time; across players not. */
export function* generateHistory(options: DemoOptions): Generator<DemoEvent[], void, undefined> {
  let chunk: DemoEvent[] = [];
  for (let index = 0; index < options.players; index++) {
    for (const event of generatePlayerHistory(options, index)) chunk.push(event);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * About how many events the history has, for a progress bar: the mean of a sample of players, evenly spread.
 * Exact where the sample holds all of them.
 */
export function estimateEvents(options: DemoOptions, sample = 1500): number {
  const size = Math.min(sample, options.players);
  let events = 0;
  for (let i = 0; i < size; i++) {
    events += generatePlayerHistory(options, Math.floor((i * options.players) / size)).length;
  }
  return size === 0 ? 0 : Math.round((events / size) * options.players);
}
