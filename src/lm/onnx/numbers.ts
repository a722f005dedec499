import { dirname, resolve } from 'node:path';
import { getFloat16 } from '@petamoriken/float16';
import { FileWindow } from './fileWindow.js';
import type { OnnxModel, OnnxTensor } from './model.js';
import { DATA_TYPE, TENSOR } from './schema.js';
import { forEachField } from './wire.js';

/** How many bits a number of a type has, and how the one at an index of `bytes` is read. */
interface NumberType {
  bits: number;
  get(view: DataView, index: number): number;
}

const unsigned = (bits: number) => (view: DataView, index: number) => {
  const bit = index * bits;
  return (view.getUint8(bit >> 3) >> (bit & 7)) & (2 ** bits - 1);
};
const signed = (bits: number) => (view: DataView, index: number) => {
  const code = unsigned(bits)(view, index);
  return code >= 2 ** (bits - 1) ? code - 2 ** bits : code;
};
const bfloat16 = new DataView(new ArrayBuffer(4));

// By `TensorProto.DataType`; the types that weights have in practice.
const NUMBER_TYPES: Readonly<Record<number, NumberType>> = {
  1: { bits: 32, get: (view, index) => view.getFloat32(4 * index, true) },
  2: { bits: 8, get: unsigned(8) },
  3: { bits: 8, get: signed(8) },
  6: { bits: 32, get: (view, index) => view.getInt32(4 * index, true) },
  10: { bits: 16, get: (view, index) => getFloat16(view, 2 * index, true) },
  16: {
    bits: 16,
    get(view, index) {
      bfloat16.setUint16(2, view.getUint16(2 * index, true), true);
      return bfloat16.getFloat32(0, true);
    },
  },
  21: { bits: 4, get: unsigned(4) },
  22: { bits: 4, get: signed(4) },
  25: { bits: 2, get: unsigned(2) },
  26: { bits: 2, get: signed(2) },
};

/** Reads numbers of a model's initializers from where they lie; close it when done. */
export class WeightReader {
  private readonly files = new Map<string, FileWindow>();

  constructor(private readonly model: OnnxModel) {}

  /** Whether a tensor's numbers can be read: packed side by side, in a type that is known. */
  canRead(tensor: OnnxTensor): boolean {
    return NUMBER_TYPES[tensor.dataType] !== undefined && this.place(tensor) !== undefined;
  }

  /** `count` numbers of a tensor from `start` on. `bits`: of each, where a byte holds several packed numbers. */
  numbers(tensor: OnnxTensor, start: number, count: number, bits?: number): Float32Array {
    const type = NUMBER_TYPES[tensor.dataType];
    const size = bits ?? type.bits;
    const get = bits === undefined ? type.get : unsigned(bits);
    const firstByte = Math.floor((start * size) / 8);
    const skipped = start - (firstByte * 8) / size;
    const bytes = this.bytes(tensor, firstByte, Math.ceil(((start + count) * size) / 8));
    if (tensor.dataType === DATA_TYPE.float) {
      const aligned = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
      return new Float32Array(aligned.buffer, aligned.byteOffset, count);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Float32Array.from({ length: count }, (_, i) => get(view, skipped + i));
  }

  close(): void {
    for (const file of this.files.values()) file.close();
    this.files.clear();
  }

  private bytes(tensor: OnnxTensor, start: number, end: number): Uint8Array {
    const place = this.place(tensor);
    if (place instanceof Uint8Array) return place.subarray(start, end);
    const { path, offset } = place ?? { path: this.model.path, offset: 0 };
    const file = this.files.get(path) ?? new FileWindow(path);
    this.files.set(path, file);
    return file.exact(offset + start, offset + end);
  }

  /** A tensor's numbers, or where they begin. */
  private place({ data }: OnnxTensor): Uint8Array | { path: string; offset: number } | undefined {
    if (data.in === 'message') return rawData(data.bytes);
    if (data.in === 'model') return { path: this.model.path, offset: data.offset };
    return { path: resolve(dirname(this.model.path), data.location), offset: data.offset };
  }
}

/** The raw data of a TensorProto, or undefined where its numbers stand in fields of their own. */
function rawData(message: Uint8Array): Uint8Array | undefined {
  let raw: Uint8Array | undefined;
  forEachField(message, (number, _type, reader) => {
    if (number === TENSOR.rawData) raw = reader.bytes();
  });
  return raw;
}
