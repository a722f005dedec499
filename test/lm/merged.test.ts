import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readMergedDecoder } from '../../src/lm/onnx/merged.js';
import { inOrder } from '../../src/lm/onnx/order.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { copySeq2Seq, MERGED, SEPARATE } from '../fixtures/lm/seq2seq.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const INSIDE = 'decoder_model_merged_inside.onnx';

it.each([MERGED[1], INSIDE])('leaves the weights of %s in the file', (file) => {
  const path = copySeq2Seq('t5', directory(), [file]);
  const { first, next } = readMergedDecoder(join(path, 'onnx', file));
  for (const { initializers, nodes } of [first, next]) {
    const weights = initializers.filter(
      ({ dims }) => dims.reduce((size, length) => size * length, 4) >= 1024,
    );
    expect(weights.length).toBeGreaterThan(8);
    expect(new Set(weights.map(({ data }) => data.in))).toEqual(new Set(['model']));
    expect(Math.max(...nodes.map(({ bytes }) => bytes.length))).toBeLessThan(1024);
  }
});

it('puts nodes behind those that they read, and refuses a circle', () => {
  const path = copySeq2Seq('t5', directory(), SEPARATE);
  const model = readModel(join(path, 'onnx', SEPARATE[2]));
  const { nodes } = inOrder({ ...model, nodes: model.nodes.toReversed() });
  expect(nodes).toHaveLength(model.nodes.length);
  const made = new Set<string>();
  const makers = new Set(model.nodes.flatMap(({ outputs }) => outputs));
  for (const { inputs, outputs } of nodes) {
    expect(inputs.filter((input) => makers.has(input) && !made.has(input))).toEqual([]);
    for (const output of outputs) made.add(output);
  }
  const [start, ...rest] = model.nodes;
  const circular = { ...start, inputs: ['logits'] };
  expect(() => inOrder({ ...model, nodes: [circular, ...rest] })).toThrow(/is made of its own outputs/);
});
