import type { Tensor } from 'onnxruntime-node';

/** The numbers of a KV cache; halves as the integers that their bits make. */
export type CacheNumbers = Float32Array | Uint16Array | Uint8Array | Int8Array;

/** An array for `length` elements of a KV cache's type. */
export function allocateCache(type: Tensor.Type, length: number): CacheNumbers {
  switch (type) {
    case 'float32':
      return new Float32Array(length);
    case 'float16':
      return new Uint16Array(length);
    case 'uint8':
      return new Uint8Array(length);
    case 'int8':
      return new Int8Array(length);
    default:
      throw new TypeError(`a KV cache of ${type} is not supported`);
  }
}

/** An array for `length` elements of a KV cache's type, or of a mask's. */
export function allocate(type: Tensor.Type, length: number): CacheNumbers | BigInt64Array {
  return type === 'int64' ? new BigInt64Array(length) : allocateCache(type, length);
}

/** A KV cache's numbers, not copied. */
export function cacheNumbers({ type, data }: Tensor): CacheNumbers {
  if (data instanceof Float32Array || data instanceof Uint8Array || data instanceof Int8Array) return data;
  if (type !== 'float16') throw new TypeError(`a KV cache of ${type} is not supported`);
  const { buffer, byteOffset, byteLength } = bytesOf(data);
  return new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT);
}

/** The bytes of a tensor's data, not copied. */
export function bytesOf(data: Tensor.DataType): Uint8Array {
  if (!ArrayBuffer.isView(data)) throw new TypeError('a tensor of strings has no bytes');
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Puts the rows of several arrays `[rows, size]` side by side: `[rows, sum of the sizes]`; a single one is not copied. */
export function joinRows(parts: readonly Float32Array[], rows: number): Float32Array {
  if (parts.length === 1) return parts[0];
  const sizes = parts.map((part) => part.length / rows);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const joined = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let start = row * width;
    parts.forEach((part, p) => {
      joined.set(part.subarray(row * sizes[p], (row + 1) * sizes[p]), start);
      start += sizes[p];
    });
  }
  return joined;
}

/** Copies rows of `size` elements: row `kept[i]` of `from` to row `i` of `to`; `from` may be `to` if `kept` ascends. */
export function copyRows(
  from: Float32Array,
  to: Float32Array,
  size: number,
  kept: readonly number[],
): Float32Array {
  kept.forEach((row, i) => {
    if (from !== to || row !== i) to.set(from.subarray(row * size, (row + 1) * size), i * size);
  });
  return to.subarray(0, kept.length * size);
}
