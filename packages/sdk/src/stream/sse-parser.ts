/** One dispatched server-sent event. */
export type SseMessage = { id: string; event: string; data: string };

/**
 * Reads server-sent events from bytes however they are cut (WHATWG HTML, 9.2.6). A message is dispatched by its empty
 * line; what stands after the last one is dropped, as the standard says.
 */
export class SseParser {
  /** The last id of a whole block, with data or without: what `Last-Event-ID` carries after a break. */
  lastId: string;
  /** Milliseconds to wait before the next connection, where the server said so. */
  retry: number | undefined;
  readonly #decoder = new TextDecoder();
  #line = '';
  /** The last character was a CR: a LF right after it belongs to it. */
  #afterCr = false;
  #id: string;
  #event = '';
  #data: string[] = [];

  constructor(lastId = '') {
    this.lastId = lastId;
    this.#id = lastId;
  }

  push(bytes: Uint8Array): SseMessage[] {
    const messages: SseMessage[] = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return messages;
    if (this.#afterCr && text.startsWith('\n')) text = text.slice(1);
    this.#afterCr = text.endsWith('\r');
    const lines = (this.#line + text).split(/\r\n|\r|\n/);
    this.#line = lines.pop() ?? '';
    for (const line of lines) {
      const message = this.#take(line);
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  #take(line: string): SseMessage | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
    return undefined;
  }

  #dispatch(): SseMessage | undefined {
    const event = this.#event === '' ? 'message' : this.#event;
    const data = this.#data;
    this.#event = '';
    this.#data = [];
    this.lastId = this.#id;
    return data.length === 0 ? undefined : { id: this.lastId, event, data: data.join('\n') };
  }
}
