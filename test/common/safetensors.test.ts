import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initHead } from '../../src/agent/index.js';
import {
  decodeSafetensors,
  InputError,
  randomStream,
  readSafetensors,
  writeSafetensors,
} from '../../src/common/index.js';
import { tiedSpec } from '../agent/specs.js';

const head = initHead(tiedSpec(3, [4]), randomStream(1, 'head'));
const metadata = { format: 'tokenq-head', note: 'ä "quoted"' };

/** A file with the header given and some bytes of data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

describe('writeSafetensors', () => {
  it('comes back exactly', () => {
    expect(decodeSafetensors(writeSafetensors(head, metadata))).toEqual({ tensors: head, metadata });
  });

  it('is laid out as the format says', () => {
    const bytes = writeSafetensors({ w: { shape: [2], data: Float32Array.of(1, 2) } }, { a: 'b' });
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header: unknown = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
    expect(header).toEqual({
      __metadata__: { a: 'b' },
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect([view.getFloat32(8 + length, true), view.getFloat32(12 + length, true)]).toEqual([1, 2]);
    expect(bytes.length).toBe(16 + length);
  });

  it('writes no tensors and no metadata', () => {
    expect(decodeSafetensors(writeSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
  });
});

describe('decodeSafetensors', () => {
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

  it('refuses a file cut short anywhere', () => {
    const bytes = writeSafetensors(head, metadata);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(InputError);
      }),
    );
  });

  it.each([
    ['a header that is not JSON', '{nonsense', 0, 'not JSON'],
    ['a header that is no object', [1], 0, 'not an object'],
    ['another type', { w: { ...entry, dtype: 'BF16' } }, 8, 'w is BF16'],
    ['no entry', { w: null }, 8, 'w is undefined'],
    ['a negative size', { w: { ...entry, shape: [-2] } }, 8, 'no shape'],
    ['a size that does not fit', { w: { ...entry, shape: [3] } }, 8, '8 bytes where 12'],
    ['a hole', { w: { ...entry, data_offsets: [4, 12] } }, 12, 'not where'],
    ['an overlap', { w: entry, x: entry }, 8, 'not where'],
    ['bytes left over', { w: entry }, 9, 'left over'],
    ['metadata that are no strings', { __metadata__: { a: 1 } }, 0, 'not strings'],
  ])('refuses %s', (_, header, dataBytes, message) => {
    expect(() => decodeSafetensors(fileOf(header, dataBytes), 'head.safetensors')).toThrow(InputError);
    expect(() => decodeSafetensors(fileOf(header, dataBytes), 'head.safetensors')).toThrow(message);
  });

  it('refuses a Git LFS pointer', () => {
    expect(() => decodeSafetensors(Buffer.from('version https://git-lfs.github.com/spec/v1'))).toThrow(
      InputError,
    );
  });
});

it('readSafetensors names a file that is missing', () => {
  expect(() => readSafetensors('/nowhere/head.safetensors')).toThrow(InputError);
  expect(() => readSafetensors('/nowhere/head.safetensors')).toThrow('/nowhere/head.safetensors');
});
