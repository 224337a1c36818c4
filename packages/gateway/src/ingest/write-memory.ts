import { KnownPlayers } from './known-players.ts';

/** A batch that was guessed wrong is written twice. Where one is, such as in a file that is sent again, more are to come. */
const looksAfterWrong = 16;

/** What a process remembers from one batch to the next. It only ever saves work. */
export class WriteMemory {
  readonly players = new KnownPlayers();
  #looks = 0;

  /** Whether the next batch is better looked at before it is written. Each call is for one batch. */
  looksFirst(): boolean {
    if (this.#looks === 0) return false;
    this.#looks -= 1;
    return true;
  }

  guessedWrong(): void {
    this.#looks = looksAfterWrong;
  }
}
