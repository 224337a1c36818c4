import { hash } from 'node:crypto';
import type { FieldError } from '../errors/crmbet-error.ts';
import { isObject } from '../errors/is-object.ts';
import { isText } from '../errors/is-text.ts';
import { sourceCode } from '../ingest/source.ts';
import type { DeadLetter } from './dead-letter.ts';
import { letterText } from './letter-text.ts';

/** A letter as the store takes it. */
export type LetterRow = {
  /** Hex. */
  contentHash: string;
  source: number;
  channel: string;
  kind: string;
  code: string;
  errors: string;
  eventId: string | null;
  type: string | null;
  player: string | null;
  raw: string;
  truncated: boolean;
  replay: boolean;
  playerId: string | null;
  sentHash: bigint | null;
  seen: number;
  receivedAt: Date;
  lastSeenAt: Date;
};

/**
 * Characters that are kept of an item. An event may have 32 KiB of data; and what browsers may send is small, while everybody can read
 * their key.
 */
const maxChars = { server: 64 * 1024, browser: 8 * 1024 } as const;
const maxErrors = 20;
const maxErrorChars = 1024;

export function letterRow(letter: DeadLetter): LetterRow {
  const { raw, source, kind, code, replay } = letter;
  const text = letterText(raw, maxChars[source]);
  return {
    contentHash: contentHash({ kind, code, source: sourceCode(source), replay, whole: text.whole }),
    source: sourceCode(source),
    channel: letter.channel,
    kind,
    code,
    errors: errorsText(letter.errors),
    eventId: readable(raw, 'id'),
    type: readable(raw, 'type'),
    player: readable(raw, 'player'),
    raw: text.kept,
    truncated: text.truncated,
    replay,
    playerId: letter.kind === 'conflict' ? letter.playerId : null,
    sentHash: letter.kind === 'conflict' ? letter.hash : null,
    seen: 1,
    receivedAt: letter.receivedAt,
    lastSeenAt: letter.receivedAt,
  };
}

/** Where and why, as JSON within bounds. */
export const errorsText = (errors: readonly FieldError[]): string =>
  JSON.stringify(
    errors.slice(0, maxErrors).map(({ pointer, detail }) => ({
      pointer: pointer.slice(0, maxErrorChars),
      detail: detail.slice(0, maxErrorChars),
    })),
  );

/**
 * The same content for the same reason is one letter. @param of `whole` is all that was sent, as JSON, even where less is kept
 */
export const contentHash = (of: {
  kind: string;
  code: string;
  source: number;
  replay: boolean;
  whole: string;
}): string => hash('sha256', `${JSON.stringify([of.kind, of.code, of.source, of.replay])}${of.whole}`, 'hex');

function readable(raw: unknown, field: 'id' | 'type' | 'player'): string | null {
  const value = isObject(raw) && Object.hasOwn(raw, field) ? raw[field] : undefined;
  return typeof value === 'string' && value.length <= 128 && isText(value) ? value : null;
}
