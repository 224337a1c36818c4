import { Rng } from '../../../packages/gateway/src/demo/generator/rng.ts';
import type { Cluster } from './cluster.ts';
import { describe, type Violation } from './truth.ts';

export type Options = {
  seed: number;
  /** Of the load with kills, and of the memory test; the other cases take what they take. */
  seconds: number;
  /** The version within `npm test`. */
  short: boolean;
  /** An empty folder of ours, that the database's user can reach. */
  folder: string;
};

/** Thrown by a case that cannot be here; the message says why. */
export class Skip extends Error {}

/** One case as it runs: what it was started with, and what it found. */
export class Run {
  readonly options: Options;
  readonly cluster: Cluster;
  readonly name: string;
  readonly failures: string[] = [];

  constructor(name: string, options: Options, cluster: Cluster) {
    this.name = name;
    this.options = options;
    this.cluster = cluster;
  }

  get seed(): number {
    return this.options.seed;
  }

  /** A source of random numbers of the case's own. */
  rng(...words: number[]): Rng {
    return new Rng(this.seed, ...[...this.name].map((c) => c.charCodeAt(0)), ...words);
  }

  say(line: string): void {
    console.log(`  ${line}`);
  }

  check(isSo: boolean, sentence: string): void {
    if (!isSo) this.failures.push(sentence);
    console.log(`  ${isSo ? 'ok  ' : 'FAIL'} ${sentence}`);
  }

  /** No violation may be there. */
  clean(what: string, violations: readonly Violation[]): void {
    this.check(
      violations.length === 0,
      violations.length === 0 ? what : `${what}: NOT SO: ${describe(violations)}`,
    );
  }

  /** With the guarded thing broken the same check has to find this. */
  teeth(broken: string, violations: readonly Violation[], expected: RegExp): void {
    const seen = violations.some(({ kind }) => expected.test(kind));
    const found = describe(violations) || 'nothing';
    if (!seen) this.failures.push(`teeth: ${broken}: the test found ${found}`);
    console.log(`  ${seen ? 'teeth' : 'FAIL '} ${broken} → ${seen ? 'red' : 'NOT RED'}: ${found}`);
  }
}

export type Case = {
  name: string;
  /** Numbers of promises.md, or what else it is about. */
  about: string;
  run(run: Run): Promise<void>;
};
