import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { Decoder } from '../../src/lm/decoder.js';
import { HeadProduct, type HeadSource } from '../../src/lm/headProduct.js';
import { HeadRows } from '../../src/lm/headRows.js';
import { OnnxGraph } from '../../src/lm/onnx/graph.js';
import { findLmHead } from '../../src/lm/onnx/head.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { buildSidecar } from '../../src/lm/onnx/sidecar.js';
import { RowReader } from '../../src/lm/onnx/tokenRows.js';
import { locateWeights } from '../../src/lm/onnx/weights.js';
import { type Probe, probeDecoder } from '../../src/lm/probe.js';
import { createSession } from '../../src/lm/session.js';
import { copyModel, expectedOf, MODEL_HIDDEN, MODEL_VOCAB, modelNames } from '../fixtures/lm/models.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

// Its codes stand for the sixteen values of a table.
const UNREAD = ['bnb4'];

function opened(name: string): HeadSource {
  const graph = new OnnxGraph(readModel(join(copyModel(name, directory()), 'onnx', 'model.onnx')));
  return { graph, head: findLmHead(graph), weights: locateWeights(graph.model), threads: 1 };
}

function readerOf(name: string): RowReader | undefined {
  const { graph, head } = opened(name);
  return RowReader.open(graph, head, MODEL_HIDDEN);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a).toHaveLength(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe('RowReader', () => {
  it.each(modelNames())('reads the rows of %s, one by one and side by side', (name) => {
    const reader = readerOf(name);
    expect(reader === undefined).toBe(UNREAD.includes(name));
    if (reader === undefined) return;
    const all = new Float32Array(MODEL_VOCAB * MODEL_HIDDEN);
    reader.read(0, all);
    const row = new Float32Array(MODEL_HIDDEN);
    for (const [key, expected] of Object.entries(expectedOf(name).rows)) {
      const token = Number(key);
      reader.read(token, row);
      expect(largestDifference(row, expected)).toBeLessThan(1e-5);
      expect(all.subarray(token * MODEL_HIDDEN, (token + 1) * MODEL_HIDDEN)).toEqual(row);
    }
    const some = new Float32Array(5 * MODEL_HIDDEN);
    reader.read(3, some);
    expect(some).toEqual(all.subarray(3 * MODEL_HIDDEN, 8 * MODEL_HIDDEN));
    reader.close();
  });

  it('tells where a row lies in one piece', () => {
    const inPieces = modelNames().filter((name) => readerOf(name)?.inPieces);
    expect(inPieces).toEqual(
      expect.arrayContaining(['matmul-tied', 'gemm', 'nbits2-zeros', 'qdq-int4-blocks', 'fp16']),
    );
    expect(inPieces.filter((name) => name.startsWith('nbits'))).toHaveLength(9);
    for (const turned of ['matmul', 'matmulinteger', 'qlinearmatmul', 'dynamicquantizematmul']) {
      expect(inPieces).not.toContain(turned);
    }
  });

  it('leaves a weight of another width to the product', () => {
    const { graph, head } = opened('matmul');
    expect(RowReader.open(graph, head, MODEL_HIDDEN - 1)).toBeUndefined();
  });
});

describe('HeadProduct', () => {
  it.each(modelNames())('gives the rows of %s that its files have', async (name) => {
    const product = await HeadProduct.open(opened(name));
    const rows = new Float32Array(MODEL_VOCAB * MODEL_HIDDEN);
    await product.readRows(rows, MODEL_HIDDEN);
    for (const [token, expected] of Object.entries(expectedOf(name).rows)) {
      const start = Number(token) * MODEL_HIDDEN;
      const off = largestDifference(rows.subarray(start, start + MODEL_HIDDEN), expected);
      expect(off).toBeLessThan(/half|fp16/.test(name) ? 5e-4 : 1e-5);
    }
    const hidden = Float32Array.from({ length: MODEL_HIDDEN }, (_, i) => Math.sin(i));
    const products = await product.of(hidden);
    const byHand = Array.from({ length: MODEL_VOCAB }, (_, token) =>
      hidden.reduce((sum, value, i) => sum + value * rows[token * MODEL_HIDDEN + i], 0),
    );
    expect(largestDifference(products.subarray(0, MODEL_VOCAB), byHand)).toBeLessThan(0.1);
    await product.release();
  });
});

/** What a model shows on its first tokens. */
async function probeOf({ graph, head, weights }: HeadSource): Promise<Probe> {
  const sidecar = buildSidecar(graph, head, weights);
  const session = await createSession(sidecar, weights.folder, { device: 'cpu', threads: 1 });
  const decoder = new Decoder(session, sidecar);
  const probe = await probeDecoder(decoder, sidecar);
  await decoder.release();
  return probe;
}

describe('HeadRows', () => {
  it.each(modelNames())('agrees with the product of %s, whatever follows it', async (name) => {
    const source = opened(name);
    const probe = await probeOf(source);
    expect(Math.max(...probe.check.product.map(Math.abs))).toBeGreaterThan(0.2);
    (await HeadRows.open(source, probe)).close();
    const check = { ...probe.check, product: probe.check.product.toReversed() };
    const opening = HeadRows.open(source, { ...probe, check });
    await expect(opening).rejects.toThrow(InputError);
    await expect(opening).rejects.toThrow(
      /model\.onnx: hidden state and lm_head rows give logits that are off by \d+\.\d{3}, so the lm_head was not/,
    );
  });

  const rowsOf = async (name: string) => {
    const source = opened(name);
    return HeadRows.open(source, await probeOf(source));
  };
  const loadedOf = ({ data }: HeadRows) =>
    Array.from({ length: MODEL_VOCAB }, (_, token) => token).filter((token) =>
      data.subarray(token * MODEL_HIDDEN, (token + 1) * MODEL_HIDDEN).some((value) => value !== 0),
    );

  it.each(['matmul-tied', 'nbits4-zeros', 'fp16', 'qdq-int4-blocks'])(
    'loads only the rows of %s that it is asked for',
    async (name) => {
      const rows = await rowsOf(name);
      expect(rows.data.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(rows.data).toHaveLength(MODEL_VOCAB * MODEL_HIDDEN);
      await rows.load([]);
      expect(loadedOf(rows)).toEqual([]);
      await rows.load([9, 4, 5, 5, 47, 4, 6]);
      expect(loadedOf(rows)).toEqual([4, 5, 6, 9, 47]);
      // Read once: what is changed stays.
      rows.data[4 * MODEL_HIDDEN] = 123;
      await rows.load(Int32Array.of(3, 4, 7));
      expect(loadedOf(rows)).toEqual([3, 4, 5, 6, 7, 9, 47]);
      expect(rows.data[4 * MODEL_HIDDEN]).toBe(123);
      rows.close();
      const all = new Float32Array(MODEL_VOCAB * MODEL_HIDDEN);
      readerOf(name)?.read(0, all);
      all[4 * MODEL_HIDDEN] = 123;
      for (const token of loadedOf(rows)) {
        const [start, end] = [token * MODEL_HIDDEN, (token + 1) * MODEL_HIDDEN];
        expect(rows.data.subarray(start, end)).toEqual(all.subarray(start, end));
      }
    },
  );

  it.each(['matmul', 'matmulinteger', 'bnb4'])('loads all rows of %s at the first call', async (name) => {
    const rows = await rowsOf(name);
    expect(loadedOf(rows)).toEqual([]);
    await Promise.all([rows.load([9]), rows.load([4])]);
    expect(loadedOf(rows)).toHaveLength(MODEL_VOCAB);
    for (const [token, expected] of Object.entries(expectedOf(name).rows)) {
      const start = Number(token) * MODEL_HIDDEN;
      expect(largestDifference(rows.data.subarray(start, start + MODEL_HIDDEN), expected)).toBeLessThan(1e-5);
    }
    rows.close();
  });
});
