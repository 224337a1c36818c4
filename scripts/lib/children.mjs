import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * @typedef {'SIGINT' | 'SIGTERM' | 'SIGHUP'} EndSignal
 * @typedef {{ code: number, output: string }} Ended
 * @typedef {object} ChildOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {'inherit' | 'capture' | 'quiet'} [output] `capture` keeps stdout and stderr; `quiet` shows stderr only
 * @property {boolean} [stdin] the child may read our stdin
 * @property {boolean} [drains] the child ends by itself when asked once, and knows by its IPC channel that we are gone
 */

const windows = process.platform === 'win32';

/** How long one request to end may arrive more than once: a terminal and npm both pass on the same Ctrl-C. */
const sameRequestMs = 1000;

/** @type {Map<import('node:child_process').ChildProcess, boolean>} child → drains */
const live = new Map();
/** @type {EndSignal | undefined} */
let ending;
let endingSince = 0;

/**
 * Starts a program and waits for its end. Each child leads a process group of its own, so that a Ctrl-C in a
 * terminal reaches it once, through us, and not also through the terminal and through npm.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ChildOptions} [options]
 * @returns {Promise<Ended>} `code` is 128 + n for a child that signal n ended
 */
export function runChild(command, args, options = {}) {
  const { output = 'inherit', stdin = false, drains = false, cwd, env } = options;
  watchSignals();
  return new Promise((resolve, reject) => {
    const out = output === 'inherit' ? 'inherit' : output === 'capture' ? 'pipe' : 'ignore';
    const err = output === 'capture' ? 'pipe' : 'inherit';
    const child = spawn(command, args, {
      cwd,
      env,
      detached: !windows,
      stdio: [stdin ? 'inherit' : 'ignore', out, err, ...(drains ? [/** @type {const} */ ('ipc')] : [])],
    });
    live.set(child, drains);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
    }
    child.on('error', (error) => {
      live.delete(child);
      reject(error);
    });
    child.on('close', (code, signal) => {
      live.delete(child);
      const ended = { code: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], output: text };
      // A step that was told to end has no follower: nothing after it may start.
      if (ending && !drains) process.exit(128 + constants.signals[ending]);
      resolve(ended);
    });
  });
}

let watching = false;

function watchSignals() {
  if (watching) return;
  watching = true;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => end(signal));
  }
  process.on('exit', () => {
    for (const child of live.keys()) kill(child, 'SIGTERM');
  });
  watchParents(() => end('SIGTERM'));
}

/** @param {EndSignal} signal */
function end(signal) {
  const again = ending !== undefined;
  if (again && Date.now() - endingSince < sameRequestMs) return;
  ending = signal;
  endingSince = Date.now();
  if (live.size === 0) process.exit(128 + constants.signals[signal]);
  // A closed terminal is a reason to end, not to reload: nobody below us needs to know the difference.
  for (const child of live.keys()) kill(child, signal === 'SIGHUP' ? 'SIGTERM' : signal);
  if (again) console.error('Asked again to end: ending without waiting.');
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function kill(child, signal) {
  if (child.pid === undefined) return;
  try {
    // One that drains looks after its own children; of any other the whole group has to go.
    if (windows || live.get(child)) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has just ended by itself.
  }
}

/**
 * Calls back once when npm, which started us, is gone without a word (`kill -9`).
 * @param {() => void} gone
 */
function watchParents(gone) {
  if (windows || !process.env.npm_lifecycle_event || process.ppid === 1) return;
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    // Where npm's shell stays between npm and us, it is the shell's parent that changes.
    if (process.ppid === parent && parentOf(parent) === grandparent) return;
    clearInterval(timer);
    gone();
  }, 500);
  timer.unref();
}

/**
 * The parent of a process that is a shell; 0 of any other, or where the system does not say.
 * @param {number} pid
 */
function parentOf(pid) {
  try {
    const match = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return match && /^(ba|da|a)?sh$|^busybox$/.test(match[1] ?? '') ? Number(match[2]) : 0;
  } catch {
    return 0;
  }
}
