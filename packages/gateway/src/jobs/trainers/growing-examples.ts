import { FeatureMatrix } from '@crmbet/engine';
import type { ExampleRow } from '../../db/queries/training-examples.ts';

/** The columns of a matrix, with what stands beside each row, growing as rows come: of a million rows no second copy is ever made. */
export class GrowingExamples {
  readonly #features: readonly string[];
  #size = 0;
  #columns: Float32Array[];
  #labels = new Uint8Array(4096);
  #times = new Float64Array(4096);
  readonly #playerIds: string[] = [];

  constructor(features: readonly string[]) {
    this.#features = features;
    this.#columns = features.map(() => new Float32Array(4096));
  }

  add(
    rows: readonly ExampleRow[],
    time = 0,
    isAnswer: (answers: readonly number[]) => boolean = () => false,
  ): void {
    this.#grow(this.#size + rows.length);
    for (const { player_id, values, answers } of rows) {
      for (const [j, column] of this.#columns.entries()) column[this.#size] = values[j] ?? Number.NaN;
      this.#labels[this.#size] = isAnswer(answers) ? 1 : 0;
      this.#times[this.#size] = time;
      this.#playerIds.push(player_id);
      this.#size += 1;
    }
  }

  end() {
    const columns = this.#columns.map((column) => column.subarray(0, this.#size));
    return {
      matrix: FeatureMatrix.fromColumns([...this.#features], columns),
      labels: this.#labels.subarray(0, this.#size),
      times: this.#times.subarray(0, this.#size),
      playerIds: this.#playerIds,
    };
  }

  #grow(wanted: number): void {
    let length = this.#labels.length;
    if (wanted <= length) return;
    while (length < wanted) length *= 2;
    const larger = <T extends Uint8Array | Float32Array | Float64Array>(of: T, into: T): T => {
      into.set(of);
      return into;
    };
    this.#columns = this.#columns.map((column) => larger(column, new Float32Array(length)));
    this.#labels = larger(this.#labels, new Uint8Array(length));
    this.#times = larger(this.#times, new Float64Array(length));
  }
}
