import { Command, Option } from 'commander';
import { createProgress, type ProgressStream } from '../progress.ts';
import { type BulkFlags, bulkImport, isBulk } from './bulk-import.ts';
import { describeReport, exitCodeOf } from './describe-report.ts';
import { ImportFailure } from './failure.ts';
import { checkMapping, type MappedField, type Mapping, readMapping } from './mapping.ts';
import { runImport } from './run-import.ts';
import { findTarget } from './target.ts';

/** What the command needs of its process; tests give their own. */
export type ImportIo = {
  env: Record<string, string | undefined>;
  cwd: string;
  stdout: { write(text: string): unknown };
  stderr: ProgressStream;
  /** Calls on every Ctrl-C until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  exit(code: number): void;
};

const ofProcess = (): ImportIo => ({
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt: (listener) => {
    process.on('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
  exit: (code) => {
    process.exitCode = code;
  },
});

type Flags = Omit<Mapping, 'columns' | 'set'> &
  BulkFlags & {
    mapping?: string;
    columns?: string;
    set?: string[];
  };

/** `crmbet import FILE`: events from CSV, NDJSON or Parquet, through the gateway's API or into the database itself. */
export function importCommand(io: ImportIo = ofProcess()): Command {
  return new Command('import')
    .description('Import player events from a CSV, NDJSON or Parquet file.')
    .argument('<file>', 'the file; running again counts nothing twice')
    .option('--mapping <file>', 'how columns become events, as JSON; the flags below go before it')
    .addOption(
      new Option('--format <format>', 'by default as the name or the first line tells').choices([
        'csv',
        'ndjson',
      ]),
    )
    .option('--delimiter <character>', 'one character, "tab" or "whitespace"')
    .option('--columns <names>', 'a,b,c: the columns of a file without a header')
    .option('--type <type>', 'what every row is, such as deposit.approved')
    .option('--type-column <column>', 'where each row says what it is')
    .option('--player <column>', "the player's id")
    .option('--time <column>', 'when it happened')
    .option(
      '--time-format <format>',
      'iso (default), YYYYMMDD, unix, unixms, or a Luxon pattern such as "dd/MM/yyyy HH:mm"',
    )
    .option('--zone <zone>', 'the IANA zone of times that name none; UTC by default')
    .option('--id <column>', 'the id of the event; by default made of the row')
    .option('--amount <column>', 'the money of the event')
    .addOption(
      new Option('--amount-unit <unit>', 'major (default): 12.50; minor: 1250').choices(['major', 'minor']),
    )
    .addOption(new Option('--decimal <point>', 'what stands before the decimals').choices(['.', ',']))
    .option('--currency <code>', 'the currency of every amount')
    .option('--currency-column <column>', 'where each row names its currency')
    .option('--brand <brand>', 'the brand of every row')
    .option('--brand-column <column>', 'where each row names its brand')
    .option(
      '--set <field=column>',
      'more data, such as data.method=payment_method, or data.stake=bet:money (number, boolean)',
      collect,
    )
    .option('--source <name>', 'tells ids made of rows apart from those of other files; "import" by default')
    .option('--live', 'let these events trigger actions; by default they only write state')
    .option(
      '--bulk',
      'into the database itself (DATABASE_URL, or that of this folder); the way where DATABASE_URL is set',
    )
    .option('--features-only', 'in bulk: add to the sums of players, and keep neither events nor ids')
    .option('--dry-run', 'in bulk: read and check everything, report on it, and write nothing')
    .option('--tenant <slug>', 'in bulk: the operator; may be left out where there is one')
    .option('--url <url>', 'the gateway; also CRMBET_URL, or the demo of this folder')
    .option('--key <key>', 'a secret key; better by CRMBET_SECRET_KEY, which no process list shows')
    .action(async (file: string, flags: Flags) => io.exit(await act(file, flags, io)));
}

async function act(file: string, flags: Flags, io: ImportIo): Promise<number> {
  const stop = new AbortController();
  const abort = new AbortController();
  const release = io.onInterrupt(() => {
    if (stop.signal.aborted) return abort.abort();
    stop.abort();
    io.stderr.write('\nStopping: waiting for what was sent. Again to give that up too.\n');
  });
  try {
    const mapping = await mappingOf(flags);
    if (isBulk(file, flags, io.env)) return await bulkImport(file, mapping, flags, io, stop.signal);
    const target = await findTarget({ url: flags.url, key: flags.key, env: io.env, cwd: io.cwd });
    const progress = createProgress({ stream: io.stderr });
    const replay = flags.live !== true;
    const report = await runImport({
      file,
      mapping,
      target,
      replay,
      progress,
      stop: stop.signal,
      abort: abort.signal,
    });
    // Where nothing at all was answered for, the sentence alone says it.
    const answered = report.accepted + report.duplicates + report.conflicts;
    if (report.failure === undefined || answered > 0) io.stdout.write(describeReport(report));
    if (report.failure !== undefined) io.stderr.write(`${report.failure.message}\n`);
    return exitCodeOf(report);
  } catch (error) {
    if (!(error instanceof ImportFailure)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    release();
  }
}

async function mappingOf({
  mapping,
  columns,
  set,
  url: _,
  key: __,
  live: ___,
  bulk: ____,
  featuresOnly: _____,
  dryRun: ______,
  tenant: _______,
  ...flags
}: Flags): Promise<Mapping> {
  const file: Mapping = mapping === undefined ? {} : await readMapping(mapping);
  const given = checkMapping(
    {
      ...flags,
      ...(columns === undefined ? {} : { columns: columns.split(',').map((name) => name.trim()) }),
      ...(set === undefined ? {} : { set: Object.fromEntries(set.map(readSet)) }),
    },
    'What the flags say',
  );
  // A flag takes the place of its like in the file: --type that of typeColumn too.
  const rivals = [
    ['type', 'typeColumn'],
    ['currency', 'currencyColumn'],
    ['brand', 'brandColumn'],
  ] as const;
  const kept = { ...file };
  for (const pair of rivals)
    if (pair.some((name) => given[name] !== undefined)) for (const name of pair) delete kept[name];
  return { ...kept, ...given, ...(file.set || given.set ? { set: { ...file.set, ...given.set } } : {}) };
}

function readSet(text: string): [string, MappedField] {
  const at = text.indexOf('=');
  if (at === -1)
    throw new ImportFailure(`--set is written as data.field=column, not ${JSON.stringify(text)}.`);
  const field = text.slice(0, at);
  const [, column, as] = /^(.+):(text|number|boolean|money)$/.exec(text.slice(at + 1)) ?? [];
  return [field, column === undefined ? text.slice(at + 1) : checkKind(column, as)];
}

function checkKind(column: string, as: string | undefined): MappedField {
  const kind = (['text', 'number', 'boolean', 'money'] as const).find((known) => known === as);
  return kind === undefined ? column : { column, as: kind };
}

const collect = (value: string, before: string[] = []) => [...before, value];
