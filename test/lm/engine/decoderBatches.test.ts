import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../src/lm/decoder.js';
import { type Batching, DecoderBatches } from '../../../src/lm/engine/decoderBatches.js';
import { COLUMN_CHUNK } from '../../../src/lm/engine/kvSlots.js';
import { OnnxGraph } from '../../../src/lm/onnx/graph.js';
import { findLmHead } from '../../../src/lm/onnx/head.js';
import { readModel } from '../../../src/lm/onnx/readModel.js';
import { buildSidecar } from '../../../src/lm/onnx/sidecar.js';
import { locateWeights } from '../../../src/lm/onnx/weights.js';
import { createSession } from '../../../src/lm/session.js';
import { copyModel } from '../../fixtures/lm/models.js';
import { temporaryDirectories } from '../temporary.js';

const directory = temporaryDirectories();
const ON_CPU: Batching = { window: undefined, device: 'cpu' };
const LONGEST = 12;

async function decoderOf(name: string): Promise<Decoder> {
  const graph = new OnnxGraph(readModel(`${copyModel(name, directory())}/onnx/model.onnx`));
  const weights = locateWeights(graph.model);
  const sidecar = buildSidecar(graph, findLmHead(graph), weights);
  const place = { device: 'cpu', threads: 1, profile: undefined } as const;
  return new Decoder(await createSession(sidecar, weights.folder, place), sidecar);
}

describe('the batches of a decoder', () => {
  const cases: [string, string, Partial<Batching>, { joins: boolean; mixes: boolean; shares: boolean }][] = [
    ['is told by the mask', 'matmul', {}, { joins: true, mixes: true, shares: true }],
    ['counts its tokens', 'genai', {}, { joins: true, mixes: false, shares: true }],
    ['is told by the mask beside a convolution', 'hybrid', {}, { joins: true, mixes: false, shares: false }],
    ['counts its tokens beside one', 'genai-hybrid', {}, { joins: true, mixes: false, shares: false }],
    [
      'has a window that unused columns may fill',
      'matmul',
      { window: LONGEST + COLUMN_CHUNK - 1 },
      { joins: true, mixes: true, shares: false },
    ],
    [
      'has a window that they may not',
      'matmul',
      { window: LONGEST + COLUMN_CHUNK },
      { joins: true, mixes: true, shares: true },
    ],
    ['counts the tokens of a window', 'genai', { window: 4 }, { joins: true, mixes: false, shares: true }],
    [
      'counts its tokens on a GPU',
      'genai',
      { device: 'webgpu' },
      { joins: false, mixes: false, shares: false },
    ],
  ];
  it.each(cases)('fit attention that %s', async (_, name, batching, { joins, mixes, shares }) => {
    const decoder = await decoderOf(name);
    const batch = new DecoderBatches(decoder, { ...ON_CPU, ...batching }).open(LONGEST);
    expect([batch.joins, batch.mixes, batch.shares]).toEqual([joins, mixes, shares]);
    batch.close();
    await decoder.release();
  });
});
