/** Below this, compressing gains less than it costs. */
const worthwhile = 1_024;

/** The text as gzip; undefined where it is short, or where the runtime has no way to do it. */
export async function gzip(text: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (text.length < worthwhile || typeof CompressionStream === 'undefined') return undefined;
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
