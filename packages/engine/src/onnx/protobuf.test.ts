import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOnnxMetadata } from './metadata.ts';
import { MessageWriter, readFields } from './protobuf.ts';

describe('protobuf', () => {
  it('writes the bytes of the specification’s examples', () => {
    expect([...new MessageWriter().varint(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new MessageWriter().string(2, 'testing').finish()]).toEqual([
      0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
  });

  it('reads back what it wrote, passing numbers over', () => {
    const fields = fc.array(
      fc.record({ field: fc.integer({ min: 1, max: 500 }), value: fc.uint8Array({ maxLength: 300 }) }),
    );
    fc.assert(
      fc.property(fields, fc.maxSafeNat(), (written, number) => {
        const writer = new MessageWriter().varint(3, number);
        for (const { field, value } of written) writer.bytes(field, value);
        const read = [...readFields(writer.varint(9, number).finish())];
        expect(read.map(({ field, value }) => [field, ...value])).toEqual(
          written.map(({ field, value }) => [field, ...value]),
        );
      }),
    );
  });

  it('answers any bytes with metadata or a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(readOnnxMetadata(bytes)).toBeInstanceOf(Map);
        } catch (error) {
          expect(error).toMatchObject({ code: 'engine_onnx_invalid' });
        }
      }),
    );
  });
});
