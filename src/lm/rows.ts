import type { Tensor } from 'onnxruntime-node';

/** An array for `length` elements of a KV cache's type. */
export function allocate(
  type: Tensor.Type,
  length: number,
): Float32Array | Uint16Array | Uint8Array | Int8Array {
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

/** The bytes of a tensor's data, not copied. */
export function bytesOf(data: Tensor.DataType): Uint8Array {
  if (!ArrayBuffer.isView(data)) throw new TypeError('a tensor of strings has no bytes');
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Puts the rows `kept` of several arrays `[rows, size]` side by side: `[kept, sum of the sizes]`. */
export function joinRows(
  parts: readonly Float32Array[],
  rows: number,
  kept: readonly number[],
): Float32Array {
  const sizes = parts.map((part) => part.length / rows);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  if (parts.length === 1) return copyRows(parts[0], parts[0], width, kept);
  const joined = new Float32Array(kept.length * width);
  kept.forEach((row, i) => {
    let start = i * width;
    parts.forEach((part, p) => {
      joined.set(part.subarray(row * sizes[p], (row + 1) * sizes[p]), start);
      start += sizes[p];
    });
  });
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
