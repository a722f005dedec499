import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { Decoder } from '../../src/lm/decoder.js';
import { checkHead, checkHeadRows, readHeadRows } from '../../src/lm/headRows.js';
import { OnnxGraph } from '../../src/lm/onnx/graph.js';
import { findLmHead } from '../../src/lm/onnx/head.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { buildHeadModel, buildSidecar } from '../../src/lm/onnx/sidecar.js';
import { readAllRows, readTokenRows } from '../../src/lm/onnx/tokenRows.js';
import { locateWeights } from '../../src/lm/onnx/weights.js';
import { type Probe, probeDecoder } from '../../src/lm/probe.js';
import { createSession } from '../../src/lm/session.js';
import { copyModel, expectedOf, MODEL_HIDDEN, MODEL_VOCAB, modelNames } from '../fixtures/lm/models.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

// Their scale is multiplied in behind the product, or their codes stand for the sixteen values of a table.
const UNREAD = ['matmulinteger', 'matmulinteger-bias', 'bnb4'];

function opened(name: string) {
  const graph = new OnnxGraph(readModel(join(copyModel(name, directory()), 'onnx', 'model.onnx')));
  return { graph, head: findLmHead(graph) };
}

describe('readTokenRows', () => {
  it.each(modelNames())('reads the rows of %s, or leaves them to the product', (name) => {
    const { graph, head } = opened(name);
    const expected = Object.entries(expectedOf(name).rows);
    const tokens = expected.map(([token]) => Number(token));
    const rows = readTokenRows(graph, head, tokens, MODEL_HIDDEN);
    if (UNREAD.includes(name)) {
      expect(rows).toBeUndefined();
      return;
    }
    const wanted = expected.flatMap(([, row]) => row);
    expect(rows).toHaveLength(wanted.length);
    rows?.forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(1e-5);
    });
  });

  it('reads each of all rows where they lie in one piece', () => {
    const whole = modelNames().filter((name) => {
      const { graph, head } = opened(name);
      const all = readAllRows(graph, head, MODEL_VOCAB, MODEL_HIDDEN);
      if (all === undefined) return false;
      const tokens = Array.from({ length: MODEL_VOCAB }, (_, token) => token);
      expect(all.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(Array.from(all)).toEqual(Array.from(readTokenRows(graph, head, tokens, MODEL_HIDDEN) ?? []));
      return true;
    });
    expect(whole).toEqual(
      expect.arrayContaining(['matmul-tied', 'gemm', 'nbits2-zeros', 'qdq-int4-blocks', 'fp16']),
    );
    expect(whole).not.toEqual(expect.arrayContaining(['matmul']));
    expect(whole.filter((name) => name.startsWith('nbits'))).toHaveLength(9);
  });

  it('leaves a weight of another width to the product', () => {
    const { graph, head } = opened('matmul');
    expect(readTokenRows(graph, head, [0], MODEL_HIDDEN - 1)).toBeUndefined();
  });
});

/** What a model shows on its first tokens, and all of its rows. */
async function probed(name: string): Promise<{ probe: Probe; rows: Float32Array }> {
  const { graph, head } = opened(name);
  const weights = locateWeights(graph.model);
  const sidecar = buildSidecar(graph, head, weights);
  const session = await createSession(sidecar, weights.folder, 1);
  const decoder = new Decoder(session, sidecar.logits, sidecar.states);
  const probe = await probeDecoder(decoder, sidecar);
  await decoder.release();
  const headModel = buildHeadModel(graph, head, weights);
  const rows = await readHeadRows(headModel, weights.folder, 1, probe.logits.length, probe.hidden.length);
  return { probe, rows };
}

describe('checkHead', () => {
  it.each(modelNames())('finds hidden . row in the product of %s, whatever follows it', async (name) => {
    const { graph, head } = opened(name);
    const { probe, rows } = await probed(name);
    expect(Math.max(...probe.check.product.map(Math.abs))).toBeGreaterThan(0.2);
    expect(checkHead(graph, head, probe)).toBe(!UNREAD.includes(name));
    checkHeadRows(rows, probe, name);
    expect(() => checkHeadRows(rows.toReversed(), probe, name)).toThrow(InputError);
  });

  it.each(['matmul', 'nbits4-zeros', 'qdq'])('accepts what %s gives, and refuses other numbers', (name) => {
    const { graph, head } = opened(name);
    const { logits, hidden } = expectedOf(name).sequences[0].steps[0];
    const probeOf = (product: readonly number[]): Probe => {
      const seen = { hidden: Float32Array.from(hidden), product: Float32Array.from(product) };
      return { logits: seen.product, hidden: seen.hidden, widths: [MODEL_HIDDEN], check: seen };
    };
    expect(checkHead(graph, head, probeOf(logits))).toBe(true);
    const wrong = probeOf(logits.toReversed());
    expect(() => checkHead(graph, head, wrong)).toThrow(InputError);
    expect(() => checkHead(graph, head, wrong)).toThrow(
      /model\.onnx: hidden state and lm_head rows give logits that are off by \d+\.\d{3}, so the lm_head was not/,
    );
    const rows = new Float32Array(logits.length * MODEL_HIDDEN);
    expect(() => checkHeadRows(rows, probeOf(logits), 'm.onnx')).toThrow(InputError);
  });

  it('says where it cannot look', () => {
    const { graph, head } = opened('bnb4');
    const zeros = { hidden: new Float32Array(MODEL_HIDDEN), product: new Float32Array(48) };
    const probe = { logits: zeros.product, hidden: zeros.hidden, widths: [], check: zeros };
    expect(checkHead(graph, head, probe)).toBe(false);
  });
});
