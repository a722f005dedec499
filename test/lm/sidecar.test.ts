import { mkdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { greedy, openLm } from '../../src/lm/index.js';
import { OnnxGraph } from '../../src/lm/onnx/graph.js';
import { findLmHead } from '../../src/lm/onnx/head.js';
import type { OnnxModel } from '../../src/lm/onnx/model.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { buildSidecar, type Sidecar } from '../../src/lm/onnx/sidecar.js';
import { locateWeights } from '../../src/lm/onnx/weights.js';
import { HEAD_ROWS } from '../fixtures/lm/heads.js';
import { bytesOf } from '../fixtures/lm/protobuf.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { allRows } from '../support/lm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

/** The sidecar of a model file, and the sidecar read as a model. */
function sidecarOf(path: string): { sidecar: Sidecar; model: OnnxModel } {
  const graph = new OnnxGraph(readModel(path));
  const sidecar = buildSidecar(graph, findLmHead(graph), locateWeights(graph.model));
  const written = join(directory(), 'sidecar.onnx');
  writeFileSync(written, sidecar.bytes);
  return { sidecar, model: readModel(written) };
}

async function generated(model: string): Promise<number[][]> {
  const lm = await openLm(model, { threads: 1 });
  const results = await lm.generate([[5, 9], [3]], { maxNewTokens: 5, nextTokens: greedy });
  await allRows(lm);
  await lm.close();
  return results.map((result) => result.tokens);
}

describe('a sidecar', () => {
  it('refers to the weights in the original file instead of holding them', () => {
    const path = join(writeTinyLm(directory()), 'onnx', 'model.onnx');
    const { sidecar, model } = sidecarOf(path);
    const embedding = model.initializers.find((tensor) => tensor.name === 'embedding');
    if (embedding?.data.in !== 'external') throw new Error('expected a reference');
    const { location, offset, length } = embedding.data;
    expect(location).toBe('model.onnx');
    expect(length).toBe(HEAD_ROWS.byteLength);
    const there = readFileSync(path).subarray(offset, offset + HEAD_ROWS.byteLength);
    expect(Buffer.compare(there, bytesOf(HEAD_ROWS))).toBe(0);
    expect(statSync(path).size - sidecar.bytes.length).toBeGreaterThan(1.7 * HEAD_ROWS.byteLength);
  });

  it('keeps every other node and field byte for byte', () => {
    const path = join(writeTinyLm(directory(), { head: 'bias' }), 'onnx', 'model.onnx');
    const original = readModel(path);
    const { model } = sidecarOf(path);
    expect(model.otherFields).toEqual(original.otherFields);
    expect(model.otherGraphFields).toEqual(original.otherGraphFields);
    const names = (nodes: OnnxModel['nodes']) => nodes.map((node) => node.name);
    const [before, after] = [new Set(names(original.nodes)), new Set(names(model.nodes))];
    expect([...after].filter((name) => !before.has(name))).toEqual([
      'first_kept',
      'last_positions',
      'last_hidden_state',
      'lm_head_product',
      'newest_column',
      'newest_column_2',
      'newest_columns',
    ]);
    const kept = model.nodes.filter((node) => before.has(node.name));
    expect(kept.map((node, i) => Buffer.compare(node.bytes, original.nodes[i].bytes) === 0)).toEqual(
      original.nodes.map((node) => node.name !== 'product'),
    );
    expect(kept.find((node) => node.name === 'product')?.inputs).toEqual(['last_positions', 'head.weight']);
  });

  it('can be made of a sidecar again', () => {
    const path = join(writeTinyLm(directory()), 'onnx', 'model.onnx');
    const edited = join(path, '..', 'edited.onnx');
    writeFileSync(edited, sidecarOf(path).sidecar.bytes);
    const { sidecar, model } = sidecarOf(edited);
    expect(sidecar.hidden).toBe('last_hidden_state_2');
    expect(model.inputs.filter((input) => input.name === 'num_logits_to_keep')).toHaveLength(1);
  });
});

describe('openLm', () => {
  it('opens a model whose files are links into another folder, as in a cache', async () => {
    for (const external of [undefined, 'model.onnx_data']) {
      const model = writeTinyLm(directory(), external === undefined ? {} : { external });
      const expected = await generated(model);
      for (const name of external === undefined ? ['model.onnx'] : ['model.onnx', external]) {
        const blobs = join(model, 'blobs', name === 'model.onnx' ? 'a' : 'b');
        mkdirSync(blobs, { recursive: true });
        renameSync(join(model, 'onnx', name), join(blobs, 'blob'));
        symlinkSync(join(blobs, 'blob'), join(model, 'onnx', name));
      }
      expect(await generated(model)).toEqual(expected);
    }
  });

  it('opens a model that was edited before', async () => {
    const model = writeTinyLm(directory());
    const expected = await generated(model);
    const path = join(model, 'onnx', 'model.onnx');
    renameSync(path, join(model, 'onnx', 'weights.bin'));
    const graph = new OnnxGraph(readModel(join(model, 'onnx', 'weights.bin')));
    writeFileSync(path, buildSidecar(graph, findLmHead(graph), locateWeights(graph.model)).bytes);
    expect(await generated(model)).toEqual(expected);
  });

  it('reads a graph that stands in two pieces, as protobuf merges them', async () => {
    const model = writeTinyLm(directory());
    const expected = await generated(model);
    const path = join(model, 'onnx', 'model.onnx');
    // An empty second graph.
    writeFileSync(path, Buffer.concat([readFileSync(path), Uint8Array.of(0x3a, 0)]));
    expect(await generated(model)).toEqual(expected);
  });
});
