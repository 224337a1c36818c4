/** As many bytes as one call can be given as arguments, in whole groups of three. */
const atOnce = 0x6000;

/** For runtimes that have no `Uint8Array.prototype.toBase64` yet. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += atOnce)
    text += btoa(String.fromCharCode(...bytes.subarray(from, from + atOnce)));
  return text;
}
