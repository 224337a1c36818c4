import { type OnnxModel, type OpenedOnnxModel, openOnnxModel } from '@crmbet/engine';

/** Keeps the file that was used last open: the players of a model come some at a time. */
export class OpenFile {
  #digest: string | undefined;
  #opened: Promise<OpenedOnnxModel> | undefined;

  /** The same file as before is not opened again. @throws EngineError, as `openOnnxModel` */
  async open(model: OnnxModel, bytes: Uint8Array): Promise<OpenedOnnxModel> {
    // By the manifest too: it says what of the file is wanted.
    const digest = `${model.file.digest} ${JSON.stringify(model.manifest)}`;
    if (this.#opened !== undefined && this.#digest === digest) return await this.#opened;
    const before = this.#opened;
    const opened = openOnnxModel(bytes, model.manifest);
    this.#digest = digest;
    this.#opened = opened;
    // One that could not be opened holds nothing.
    await before?.then((file) => file.close()).catch(() => {});
    try {
      return await opened;
    } catch (error) {
      if (this.#opened === opened) this.#opened = undefined;
      throw error;
    }
  }
}
