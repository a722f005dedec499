import { describe, expect, it } from 'vitest';
import { RowProducts } from '../../../src/agent/head/rowProducts.js';
import type { RowSource } from '../../../src/agent/types.js';
import { randomStream } from '../../../src/common/index.js';

const random = randomStream(5, 'products');
const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal());

/** Rows of random numbers that are loaded as they are asked for. */
function rowsOf(actions: number, size: number) {
  const all = normals(actions * size);
  const asked: number[][] = [];
  const source: RowSource = {
    data: new Float32Array(new SharedArrayBuffer(all.byteLength)),
    load: async (wanted) => {
      asked.push(Array.from(wanted));
      for (const a of Array.from(wanted)) source.data.set(all.subarray(a * size, (a + 1) * size), a * size);
    },
  };
  return { all, asked, source };
}

function byHand(rows: Float32Array, size: number, vectors: Float32Array, candidates: Int32Array, k: number) {
  return Array.from(candidates, (action, place) => {
    const row = rows.subarray(action * size, (action + 1) * size);
    const vector = vectors.subarray(Math.floor(place / k) * size, (Math.floor(place / k) + 1) * size);
    const sum = row.reduce((total, value, i) => total + value * vector[i], 0);
    return expect.closeTo(sum, 3);
  });
}

const draw = (length: number, actions: number) => Int32Array.from({ length }, () => random.int(actions));

describe('RowProducts', () => {
  it('gives worked products', async () => {
    const data = new Float32Array(new SharedArrayBuffer(24));
    data.set([1, 2, 3, 4, 5, 6]);
    const products = new RowProducts({ data, load: async () => {} }, 2);
    // (1, 10) and (-1, 0.5) with rows (1, 2), (3, 4) and (5, 6).
    expect([...(await products.of(Float32Array.of(1, 10, -1, 0.5), Int32Array.of(2, 0, 1, 1), 2))]).toEqual([
      65, 21, -1, -1,
    ]);
  });

  it.each([
    [1, 1, 1],
    [3, 7, 5],
    [8, 4, 64],
    [9, 3, 6],
    [192, 5, 64],
    [33, 32, 3],
  ])('equals plain loops: rows of %i, %i vectors, %i candidates', async (size, n, k) => {
    const { all, source } = rowsOf(100, size);
    const products = new RowProducts(source, size);
    // Batches of other shapes before it leave other numbers where its vectors go.
    await products.of(normals(2 * size), draw(2 * 9, 100), 9);
    const vectors = normals(n * size);
    const candidates = draw(n * k, 100);
    expect([...(await products.of(vectors, candidates, k))]).toEqual(
      byHand(all, size, vectors, candidates, k),
    );
  });

  it('asks for rows only where some are missing', async () => {
    const { asked, source } = rowsOf(10, 4);
    const products = new RowProducts(source, 4);
    for (const candidates of [
      [1, 2],
      [2, 1],
      [2, 3],
      [3, 1],
    ]) {
      await products.of(normals(4), Int32Array.from(candidates), 2);
    }
    expect(asked).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it('makes room where its memory is full, and says so where one call exceeds it', async () => {
    const [size, actions, k] = [1024, 64, 8];
    const { all, asked, source } = rowsOf(actions, size);
    const products = new RowProducts(source, size, 2 * 65_536);
    for (let first = 0; first < actions; first += k) {
      const vectors = normals(size);
      const candidates = Int32Array.from({ length: k }, (_, i) => first + i);
      expect([...(await products.of(vectors, candidates, k))]).toEqual(
        byHand(all, size, vectors, candidates, k),
      );
    }
    // The first ones had to go.
    await products.of(
      normals(size),
      Int32Array.from({ length: k }, (_, i) => i),
      k,
    );
    expect(asked).toHaveLength(actions / k + 1);
    const many = Int32Array.from({ length: actions }, (_, i) => i);
    await expect(products.of(normals(size), many, actions)).rejects.toThrow(RangeError);
  });
});
