import { dirname, resolve } from 'node:path';
import { float16Values } from '../../common/index.js';
import { FileWindow } from './fileWindow.js';
import type { OnnxModel, OnnxTensor } from './model.js';
import { TENSOR } from './schema.js';
import { forEachField } from './wire.js';

/** How many bits a number of a type has, and how a list of them is read. */
interface NumberType {
  bits: number;
  /**
   * Absent where the bytes are those of 32-bit floats already.
   * @param bytes of numbers alone, at the start of their buffer, the first `skipped` of which are left out
   */
  decode?(bytes: Uint8Array, skipped: number, into: Float32Array): void;
}

/** Whole numbers of 1 to 8 bits, the first in a byte's lowest bits. */
function packed(bits: number, signed = false): NumberType {
  const mask = 2 ** bits - 1;
  const negative = signed ? 2 ** (bits - 1) : 2 ** bits;
  return {
    bits,
    decode(bytes, skipped, into) {
      for (let i = 0, bit = skipped * bits; i < into.length; i++, bit += bits) {
        const code = (bytes[bit >> 3] >> (bit & 7)) & mask;
        into[i] = code < negative ? code : code - 2 * negative;
      }
    },
  };
}

// By the bits of each.
const PACKED: Readonly<Record<number, NumberType>> = {
  1: packed(1),
  2: packed(2),
  4: packed(4),
  8: packed(8),
};

// By `TensorProto.DataType`; the types that weights have in practice.
const NUMBER_TYPES: Readonly<Record<number, NumberType>> = {
  1: { bits: 32 },
  2: { bits: 8, decode: (bytes, _, into) => into.set(bytes) },
  3: { bits: 8, decode: ({ buffer }, _, into) => into.set(new Int8Array(buffer, 0, into.length)) },
  6: { bits: 32, decode: ({ buffer }, _, into) => into.set(new Int32Array(buffer, 0, into.length)) },
  10: {
    bits: 16,
    decode({ buffer }, _, into) {
      const values = float16Values();
      const codes = new Uint16Array(buffer, 0, into.length);
      for (let i = 0; i < codes.length; i++) into[i] = values[codes[i]];
    },
  },
  16: {
    bits: 16,
    // The upper half of a 32-bit float.
    decode({ buffer }, _, into) {
      const codes = new Uint16Array(buffer, 0, into.length);
      const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
      for (let i = 0; i < codes.length; i++) bits[i] = codes[i] << 16;
    },
  },
  21: PACKED[4],
  22: packed(4, true),
  25: PACKED[2],
  26: packed(2, true),
};

/** Reads numbers of a model's initializers from where they lie, each file opened once; close it when done. */
export class WeightReader {
  readonly #files = new Map<string, FileWindow>();
  #scratch = new Uint8Array(0);

  constructor(private readonly model: OnnxModel) {}

  /** Whether a tensor's numbers can be read: packed side by side, in a type that is known. */
  canRead(tensor: OnnxTensor): boolean {
    return NUMBER_TYPES[tensor.dataType] !== undefined && this.place(tensor) !== undefined;
  }

  /**
   * Reads numbers of a tensor, from its `start`-th on, to fill `into`. Nothing is rounded: every value that the types
   * have is a 32-bit float, 32-bit integers above 2^24 apart.
   * @param bits of each, 1, 2, 4 or 8, where a byte holds several packed numbers
   */
  read(tensor: OnnxTensor, start: number, into: Float32Array, bits?: number): void {
    const type = bits === undefined ? NUMBER_TYPES[tensor.dataType] : PACKED[bits];
    const firstByte = Math.floor((start * type.bits) / 8);
    const end = Math.ceil(((start + into.length) * type.bits) / 8);
    if (type.decode === undefined) {
      this.#fill(tensor, firstByte, new Uint8Array(into.buffer, into.byteOffset, into.byteLength));
      return;
    }
    if (this.#scratch.length < end - firstByte) this.#scratch = new Uint8Array(end - firstByte);
    const bytes = this.#scratch.subarray(0, end - firstByte);
    this.#fill(tensor, firstByte, bytes);
    type.decode(bytes, start - (firstByte * 8) / type.bits, into);
  }

  /** `count` numbers of a tensor, as {@link read} gives them. */
  numbers(tensor: OnnxTensor, start: number, count: number, bits?: number): Float32Array {
    const into = new Float32Array(count);
    this.read(tensor, start, into, bits);
    return into;
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  /** Fills `bytes` with those of a tensor's numbers from the `start`-th on. */
  #fill(tensor: OnnxTensor, start: number, bytes: Uint8Array): void {
    const place = this.place(tensor);
    if (place instanceof Uint8Array) {
      bytes.set(place.subarray(start, start + bytes.length));
      return;
    }
    const { path, offset } = place ?? { path: this.model.path, offset: 0 };
    const file = this.#files.get(path) ?? new FileWindow(path);
    this.#files.set(path, file);
    file.fill(bytes, offset + start);
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
