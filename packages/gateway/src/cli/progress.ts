/** The part of a stream that is written to: `process.stderr` fits. */
export type ProgressStream = { write(text: string): unknown; isTTY?: boolean; columns?: number };

export type ProgressStep = {
  /** How far it is. The total may be learnt, or corrected, on the way. */
  update(done: number, total?: number): void;
  done(summary?: string): void;
  fail(reason?: string): void;
};

export type Progress = {
  /** Starts a step. With a total it has a bar and a time left. */
  step(label: string, options?: { total?: number; unit?: string }): ProgressStep;
};

export type ProgressOptions = {
  stream: ProgressStream;
  /** Milliseconds since some start; tests set it by hand. */
  now?: () => number;
};

const redrawMs = 120;
const lineMs = 5_000;
const barWidth = 24;

/**
 * Tells how long steps are going. On a terminal: one line that is drawn over, with a bar, the rate and the time left.
 * Elsewhere (a log, a pipe): a plain line at the start, every five seconds, and at the end.
 */
export function createProgress({ stream, now = () => performance.now() }: ProgressOptions): Progress {
  const onTerminal = stream.isTTY === true;

  return {
    step(label, { total, unit = '' } = {}) {
      const startedAt = now();
      const state = { done: 0, total, over: false };
      let shownAt = startedAt;

      const show = (text: string, last: boolean) => {
        shownAt = now();
        if (!onTerminal) return stream.write(`${text}\n`);
        const width = Math.max(20, (stream.columns ?? 80) - 1);
        return stream.write(`\r\u001b[2K${fit(text, width)}${last ? '\n' : ''}`);
      };
      const draw = () => show(describe(label, unit, state, now() - startedAt, onTerminal), false);
      const tick = () => {
        if (now() - shownAt >= (onTerminal ? redrawMs : lineMs)) draw();
      };
      const end = (mark: string, text: string) => {
        if (state.over) return;
        state.over = true;
        clearInterval(timer);
        show(`${mark} ${text}`, true);
      };

      if (onTerminal) draw();
      else stream.write(`${label} …\n`);
      // A step that stands still must not look as if it had been forgotten.
      const timer = setInterval(tick, redrawMs);
      timer.unref();

      return {
        update(done, newTotal = state.total) {
          if (state.over) return;
          state.done = done;
          state.total = newTotal;
          tick();
        },
        done: (summary) =>
          end('✓', `${label}${summary === undefined ? '' : `: ${summary}`} (${seconds(now() - startedAt)})`),
        fail: (reason) => end('✗', `${label}${reason === undefined ? '' : `: ${reason}`}`),
      };
    },
  };
}

type State = { done: number; total: number | undefined };

function describe(
  label: string,
  unit: string,
  { done, total }: State,
  elapsedMs: number,
  bar: boolean,
): string {
  const rate = elapsedMs > 0 ? done / (elapsedMs / 1_000) : 0;
  const of = unit === '' ? '' : ` ${unit}`;
  const parts = [`${count(done)}${total === undefined ? '' : ` of ${count(Math.max(total, done))}`}${of}`];
  if (rate > 0) parts.push(`${count(rate)}${of}/s`);
  if (total === undefined) return `${label}  ${parts.join(', ')}`;
  const share = total <= 0 ? 1 : Math.min(1, done / total);
  if (rate > 0 && share < 1) parts.push(`${seconds(((total - done) / rate) * 1_000)} left`);
  const filled = Math.round(share * barWidth);
  const drawn = bar ? `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ` : '';
  return `${label}  ${drawn}${Math.floor(share * 100)} %  ${parts.join(', ')}`;
}

const count = (n: number) => Math.round(n).toLocaleString('en-US');

function seconds(ms: number): string {
  const s = ms / 1_000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  const minutes = Math.floor(s / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(s % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Cuts to whole characters, so that a line never wraps: a wrapped one cannot be drawn over. */
const fit = (text: string, width: number) => {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
};
