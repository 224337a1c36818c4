import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Every file below a folder, sorted, as paths from it.
 * @param {string} folder
 * @param {(path: string) => boolean} [keep] asked of folders too
 */
export function filesBelow(folder, keep = () => true) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} at */
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (!keep(relative(folder, path))) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) files.push(relative(folder, path));
    }
  };
  if (existsSync(folder)) walk(folder);
  return files.sort();
}

/**
 * A hash over names and contents: times change with every checkout, contents do not.
 * @param {string} folder
 * @param {readonly string[]} files
 * @param {readonly string[]} [more] other things that the result depends on
 */
export function hashFiles(folder, files, more = []) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(join(folder, file)));
    hash.update('\0');
  }
  for (const text of more) hash.update(`${text}\0`);
  return hash.digest('hex');
}

/**
 * What was written and when, so that a file that was deleted or replaced is noticed without being read.
 * @param {string} folder
 * @param {readonly string[]} files
 */
export function hashTimes(folder, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(folder, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} file
 * @returns {unknown} what stands in a JSON file; undefined where there is none, or half of one
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Writes a file whole or not at all.
 * @param {string} file
 * @param {string} text
 */
export function writeWhole(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}
