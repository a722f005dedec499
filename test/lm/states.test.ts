import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type DecodeStep, greedy, openLm } from '../../src/lm/index.js';
import { OnnxGraph } from '../../src/lm/onnx/graph.js';
import { findLmHead } from '../../src/lm/onnx/head.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { buildSidecar } from '../../src/lm/onnx/sidecar.js';
import { locateWeights } from '../../src/lm/onnx/weights.js';
import { HEAD_ROWS, type HeadKind, HIDDEN } from '../fixtures/lm/heads.js';
import { tinyHidden, writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { allRows } from '../support/lm.js';
import { LAYERS, residualStates, writeResidualLm } from './residualLm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

type Style = Parameters<typeof residualStates>[1];
const PROMPTS = [[5], [9, 2, 40, 7, 7, 12], [3, 30], [61, 4, 17, 33]];

/** Every step's hidden state of every sequence, by the tokens that it has seen. */
async function statesOf(
  model: string,
  layers: readonly number[] | undefined,
  maxBatch: number,
): Promise<Map<string, Float32Array>> {
  const lm = await openLm(model, { threads: 1, ...(layers === undefined ? {} : { layers }) });
  const samples = 2;
  const histories = new Map<number, number[]>();
  const states = new Map<string, Float32Array>();
  const nextTokens = (step: DecodeStep) => {
    const { stateSize } = lm.info;
    expect(step.hidden).toHaveLength(step.sequences.length * stateSize);
    return step.sequences.map((sequence, row) => {
      const history = histories.get(sequence) ?? [...PROMPTS[Math.floor(sequence / samples)]];
      states.set(history.join(), step.hidden.slice(row * stateSize, (row + 1) * stateSize));
      const token = ((sequence * 7 + history.length * 3) % 50) + 2;
      histories.set(sequence, [...history, token]);
      return token;
    });
  };
  // Rows leave at different times.
  const stop = (sequence: number, tokens: readonly number[]) => tokens.length > sequence % 4;
  await lm.generate(PROMPTS, { samples, maxNewTokens: 5, maxBatch, stop, nextTokens });
  await lm.close();
  return states;
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });
}

const STYLES: [Style, boolean][] = [
  ['sequential', false],
  ['parallel', false],
  ['fused', false],
  ['sequential', true],
  ['fused', true],
];

describe.each(STYLES)('the states of a %s model (16-bit floats: %s)', (style, half) => {
  it('follow their formula, in the order of lm.layers, in any batch', async () => {
    const model = writeResidualLm(directory(), style, half);
    for (const layers of [[2, 0, 1], [1]]) {
      for (const maxBatch of [1, 8]) {
        const states = await statesOf(model, layers, maxBatch);
        // 1 + 2 + 3 + 4 steps twice, less the first steps that two samples share.
        expect(states.size).toBe(16);
        for (const [history, state] of states) {
          const expected = residualStates(history.split(',').map(Number), style);
          expectClose(
            state,
            layers.flatMap((layer) => expected[layer]),
            half ? 2 : 4,
          );
        }
      }
    }
  });

  it('leave the state of the last layer as it is without them', async () => {
    const model = writeResidualLm(directory(), style, half);
    const [alone, among] = [await statesOf(model, undefined, 8), await statesOf(model, [0, -1], 8)];
    for (const [history, state] of alone) {
      expectClose(among.get(history)?.subarray(HIDDEN) ?? [], [...state], half ? 2 : 5);
    }
  });
});

describe('openLm', () => {
  it('describes the layers', async () => {
    const model = writeResidualLm(directory(), 'sequential');
    const lm = await openLm(model, { threads: 1 });
    expect(lm.info).toMatchObject({ layerCount: LAYERS, layers: [2], hiddenSize: HIDDEN, stateSize: HIDDEN });
    await lm.close();
    const wide = await openLm(model, { threads: 1, layers: [-2, 0, 2] });
    expect(wide.info).toMatchObject({ layers: [1, 0, 2], hiddenSize: HIDDEN, stateSize: 3 * HIDDEN });
    await wide.close();
  });

  it('reads and checks the lm_head without its input among the states', async () => {
    const lm = await openLm(writeResidualLm(directory(), 'fused'), { threads: 1, layers: [1] });
    const rows = await allRows(lm);
    expect(Math.max(...rows.map((value, i) => Math.abs(value - HEAD_ROWS[i])))).toBeLessThan(1e-5);
    await lm.close();
  });

  it.each<HeadKind>(['matmul', 'gemm', 'sliced', 'fp16', 'integer'])(
    'joins states where the graph ends in %s',
    async (head) => {
      const lm = await openLm(writeTinyLm(directory(), { head }), { threads: 1, layers: [1, 0] });
      const prompt = [5, 9, 40];
      await lm.generate([prompt], {
        maxNewTokens: 1,
        nextTokens: (step) => {
          expectClose(
            step.hidden,
            [...tinyHidden(prompt), ...HEAD_ROWS.subarray(40 * HIDDEN, 41 * HIDDEN)],
            5,
          );
          return greedy(step);
        },
      });
      await lm.close();
    },
  );

  it('refuses layers that the graph does not show', async () => {
    const model = writeResidualLm(directory(), 'bypassed');
    await expect(openLm(model, { threads: 1, layers: [1] })).rejects.toThrow(
      'lm.layers asks for layer 1, which was not found',
    );
    await expect(openLm(model, { threads: 1, layers: [0] })).rejects.toThrow(
      "lm.layers asks for layer 0, whose state has width 1, not the lm_head's 16",
    );
    await (await openLm(model, { threads: 1, layers: [-1] })).close();
  });
});

describe('a sidecar', () => {
  it('gives the positions of a state that are to be kept, in 16-bit models as float32', async () => {
    const path = join(writeResidualLm(directory(), 'fused', true), 'onnx', 'model.onnx');
    const graph = new OnnxGraph(readModel(path));
    const weights = locateWeights(graph.model);
    const sidecar = buildSidecar(graph, findLmHead(graph), weights, ['x1']);
    expect(sidecar.states).toEqual(['layer_state']);
    const session = await InferenceSession.create(sidecar.bytes, {
      extra: { session: { model_external_initializers_file_folder_path: weights.folder } },
    });
    const ids = (...values: number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const empty = new Tensor('float32', [], [1, 1, 0, HIDDEN]);
    const { layer_state: state } = await session.run({
      input_ids: ids(5, 9, 2),
      attention_mask: ids(1, 1, 1),
      position_ids: ids(0, 1, 2),
      'past_key_values.0.key': empty,
      'past_key_values.1.key': empty,
      num_logits_to_keep: new Tensor('int64', [2n], []),
    });
    await session.release();
    expect(state.dims).toEqual([1, 2, HIDDEN]);
    expect(state.type).toBe('float32');
  });
});
