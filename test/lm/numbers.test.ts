import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import type { OnnxModel, OnnxTensor } from '../../src/lm/onnx/model.js';
import { WeightReader } from '../../src/lm/onnx/numbers.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
// An odd place, as weights have in a model's file.
const OFFSET = 7;

/** A reader of a tensor whose bytes lie in a file. */
function readerOf(dataType: number, bytes: Uint8Array) {
  const path = join(directory(), 'model.onnx');
  writeFileSync(path, Buffer.concat([new Uint8Array(OFFSET), bytes]));
  const lists = {
    otherFields: [],
    otherGraphFields: [],
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
  };
  const model: OnnxModel = { path, opset: 21, valueInfo: [], ...lists };
  const data = { in: 'model', offset: OFFSET, length: bytes.length } as const;
  const tensor: OnnxTensor = { name: 'weight', dims: [], dataType, data };
  return { path, tensor, reader: new WeightReader(model) };
}

const bytesOf = (values: ArrayBufferView) => new Uint8Array(values.buffer);
const [NAN, INFINITY] = [Number.NaN, Number.POSITIVE_INFINITY];

describe('WeightReader', () => {
  it.each<[string, number, Uint8Array, number[]]>([
    ['float32', 1, bytesOf(Float32Array.of(0.1, -2, 3e38)), [Math.fround(0.1), -2, Math.fround(3e38)]],
    ['uint8', 2, Uint8Array.of(0, 127, 128, 255), [0, 127, 128, 255]],
    ['int8', 3, Uint8Array.of(0, 127, 128, 255), [0, 127, -128, -1]],
    ['int32', 6, bytesOf(Int32Array.of(5, -70_000)), [5, -70_000]],
    // One, the smallest subnormal, the largest, the smallest normal one, and no numbers.
    [
      'float16',
      10,
      bytesOf(Uint16Array.of(0x3c00, 1, 0xfbff, 0x0400, 0x7c00, 0x7e00)),
      [1, 2 ** -24, -65504, 2 ** -14, INFINITY, NAN],
    ],
    ['bfloat16', 16, bytesOf(Uint16Array.of(0x3f80, 0xc040, 1)), [1, -3, 2 ** -133]],
    ['uint4', 21, Uint8Array.of(0xf0, 0x18), [0, 15, 8, 1]],
    ['int4', 22, Uint8Array.of(0xf0, 0x18), [0, -1, -8, 1]],
    ['uint2', 25, Uint8Array.of(0b11100100), [0, 1, 2, 3]],
    ['int2', 26, Uint8Array.of(0b11100100), [0, 1, -2, -1]],
  ])('reads %s from any number on', (_, type, bytes, expected) => {
    const { tensor, reader } = readerOf(type, bytes);
    expect(reader.canRead(tensor)).toBe(true);
    for (let start = 0; start < expected.length; start++) {
      for (let end = start + 1; end <= expected.length; end++) {
        expect([...reader.numbers(tensor, start, end - start)]).toEqual(expected.slice(start, end));
      }
    }
    reader.close();
  });

  it('reads several numbers of few bits in a byte of another type', () => {
    const { tensor, reader } = readerOf(2, Uint8Array.of(0xf0, 0x18));
    expect([...reader.numbers(tensor, 1, 3, 4)]).toEqual([15, 8, 1]);
    expect([...reader.numbers(tensor, 3, 4, 2)]).toEqual([3, 0, 2, 1]);
    reader.close();
  });

  it('knows no other types', () => {
    const { tensor, reader } = readerOf(8, new Uint8Array(4));
    expect(reader.canRead(tensor)).toBe(false);
  });

  it('says that a file has become shorter', () => {
    const { path, tensor, reader } = readerOf(1, new Uint8Array(8));
    truncateSync(path, OFFSET + 7);
    expect([...reader.numbers(tensor, 0, 1)]).toEqual([0]);
    expect(() => reader.numbers(tensor, 0, 2)).toThrow(InputError);
    expect(() => reader.numbers(tensor, 0, 2)).toThrow(/model\.onnx has become shorter since it was opened/);
    reader.close();
  });
});
