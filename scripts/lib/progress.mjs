/**
 * A bar on one line of a terminal; elsewhere (a log, a pipe) only its last state, as a line.
 * @param {string} title
 * @param {number} total
 */
export function progressBar(title, total) {
  const width = 24;
  const started = performance.now();
  const terminal = process.stdout.isTTY === true;
  let done = 0;
  /** @param {string} what */
  const draw = (what) => {
    if (!terminal) return;
    const full = Math.round((width * done) / total);
    process.stdout.write(
      `\r\x1b[2K${title}  [${'='.repeat(full)}${' '.repeat(width - full)}] ${done}/${total}  ${what}`,
    );
  };
  return {
    /** @param {string} what just ended */
    step(what) {
      done += 1;
      draw(what);
    },
    draw,
    end() {
      if (terminal) process.stdout.write('\r\x1b[2K');
      console.log(`${title}  ${done}/${total} in ${seconds(performance.now() - started)}`);
    },
    clear() {
      if (terminal) process.stdout.write('\r\x1b[2K');
    },
  };
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
