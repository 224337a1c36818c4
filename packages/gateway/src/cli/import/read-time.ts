import { DateTime, IANAZone } from 'luxon';
import { ImportFailure } from './failure.ts';

/** Reads a time to RFC 3339 in UTC; undefined where the text does not fit the format. */
export type ReadTime = (text: string) => string | undefined;

/** Exports repeat the same days and minutes, and reading a pattern is slow. */
const remembered = 10_000;

/**
 * @param format `iso`, `YYYYMMDD`, `unix` (seconds), `unixms`, or a pattern of Luxon such as `dd/MM/yyyy HH:mm`
 * @param zone the IANA zone of times that name none
 * @throws {ImportFailure} the zone does not exist
 */
export function timeReader(format: string, zone: string): ReadTime {
  if (!IANAZone.isValidZone(zone)) throw new ImportFailure(`There is no time zone ${JSON.stringify(zone)}.`);
  const read = readerOf(format, zone);
  const cache = new Map<string, string | undefined>();
  return (text) => {
    if (cache.has(text)) return cache.get(text);
    const time = read(text);
    if (cache.size >= remembered) cache.clear();
    cache.set(text, time);
    return time;
  };
}

function readerOf(format: string, zone: string): ReadTime {
  if (format === 'iso') return (text) => readIso(text, zone);
  if (format === 'unix')
    return (text) => (/^\d{1,11}$/.test(text) ? fromMillis(Number(text) * 1_000) : undefined);
  if (format === 'unixms') return (text) => (/^\d{1,14}$/.test(text) ? fromMillis(Number(text)) : undefined);
  const pattern = format === 'YYYYMMDD' ? 'yyyyMMdd' : format;
  return (text) => utc(DateTime.fromFormat(text, pattern, { zone, locale: 'en' }));
}

/** A whole date, with or without a time, a blank in place of the T allowed: not the shorter forms that ISO 8601 has. */
function readIso(text: string, zone: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}($|[Tt ]\d{2}:\d{2})/.test(text)) return undefined;
  return utc(DateTime.fromISO(text.replace(/^(.{10}) /, '$1T').replace(/ (?=[+-]\d|[Zz]$)/, ''), { zone }));
}

const fromMillis = (ms: number) => utc(DateTime.fromMillis(ms));

function utc(time: DateTime): string | undefined {
  const text = time.isValid ? time.toUTC().toISO() : null;
  // Years before 0 and after 9999 have a sign, which RFC 3339 does not know.
  return text !== null && /^\d{4}-/.test(text) ? text : undefined;
}
