import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, maxPayloadBytes, toFrames } from './frames.ts';

const sender = randomUUID();
const sent = (text: string, number = 1, by = sender) => {
  const frames = toFrames(by, number, text);
  if (frames === undefined) throw new Error('too long');
  return frames;
};

describe('frames', () => {
  it('carry any text within the size of a notification', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30_000 }), (text) => {
        const frames = sent(text);
        for (const frame of frames) expect(Buffer.byteLength(frame)).toBeLessThan(8000);
        const reader = new FrameReader();
        const read = frames.map((frame) => reader.read(frame));
        expect(read.pop()).toEqual({ sender, text });
        expect(read.every((early) => early === undefined)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('come in parts where packing is not enough, whoever else sends in between', () => {
    const [a, b] = [randomBytes(20_000).toString('base64'), randomBytes(18_000).toString('base64')];
    const other = randomUUID();
    const [mine, theirs] = [sent(a), sent(b, 9, other)];
    expect(mine.length).toBeGreaterThan(2);
    const reader = new FrameReader();
    const mixed = mine.flatMap((frame, at) => [frame, theirs[at] ?? []].flat());
    expect(mixed.flatMap((frame) => reader.read(frame) ?? [])).toEqual(
      expect.arrayContaining([
        { sender, text: a },
        { sender: other, text: b },
      ]),
    );
  });

  it('that are torn give nothing, and spoil nothing that follows', () => {
    const frames = sent(randomBytes(30_000).toString('base64'));
    const reader = new FrameReader();
    for (const frame of [...frames.slice(0, 1), ...frames.slice(2)])
      expect(reader.read(frame)).toBeUndefined();
    expect(sent('next', 2).map((frame) => reader.read(frame))).toEqual([{ sender, text: 'next' }]);
    for (const rubbish of ['', 'hello', `${sender}/1/1/1/z/!!!`, `${sender}/x/1/1/t/`])
      expect(reader.read(rubbish)).toBeUndefined();
  });

  it('are not made of what is too long for the queue', () => {
    expect(toFrames(sender, 1, randomBytes(600_000).toString('base64'))).toBeUndefined();
    expect(toFrames(sender, 1, 'x'.repeat(maxPayloadBytes * 50))).toHaveLength(1);
  });
});
