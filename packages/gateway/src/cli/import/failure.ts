/** Something that ends the import; its message is one sentence for the person at the terminal. */
export class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
}
