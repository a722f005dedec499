import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGraphName, encodeModel, encodeNode, encodeValueInfo } from '../../src/lm/onnx/write.js';
import { HEAD_ROWS, HIDDEN, VOCAB } from '../fixtures/lm/heads.js';
import {
  DATA_TYPE,
  encodeTensor,
  floats,
  halves,
  integers,
  irVersion,
  opset,
  type TensorSpec,
} from '../fixtures/lm/protobuf.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';

/**
 * How a layer is written: norms of single operators, or fused with the residual sum; attention and MLP in parallel;
 * or token embeddings of the layers' own that reach every layer past the stream.
 */
export type ResidualStyle = 'sequential' | 'fused' | 'parallel' | 'bypassed';

export const LAYERS = 2;

const NORM_WEIGHT = Array.from({ length: HIDDEN }, (_, i) => 1 + (i % 4) / 8);

/**
 * Writes a pre-norm decoder of two layers that a reader can follow by hand. With `n(x) = x / rms(x) * w`, the
 * attention of a position is `sum of n(x) up to it / 4` and the MLP `tanh(n(x))`; the `lm_head` reads `n(x)`.
 * @param half Whether everything but the cache and the logits is a 16-bit float.
 */
export function writeResidualLm(directory: string, style: ResidualStyle, half = false): string {
  writeTinyLm(directory);
  writeFileSync(join(directory, 'onnx', 'model.onnx'), residualModel(style, half));
  return directory;
}

/** The last position's states by the formula, `[0, ..., LAYERS]`, each `[hidden]`. */
export function residualStates(
  tokens: readonly number[],
  style: Exclude<ResidualStyle, 'bypassed'>,
): number[][] {
  const last = (xs: number[][]) => xs[xs.length - 1];
  let xs = tokens.map((token) => [...HEAD_ROWS.subarray(token * HIDDEN, (token + 1) * HIDDEN)]);
  const states = [last(xs)];
  for (let layer = 1; layer <= LAYERS; layer++) {
    const attended = xs.map((x, t) => x.map((value, i) => value + attention(xs, t, i)));
    const read = style === 'parallel' ? xs : attended;
    xs = attended.map((x, t) => x.map((value, i) => value + Math.tanh(norm(read[t])[i])));
    states.push(layer === LAYERS ? norm(last(xs)) : last(xs));
  }
  return states;
}

function attention(xs: readonly number[][], position: number, i: number): number {
  return xs.slice(0, position + 1).reduce((sum, x) => sum + norm(x)[i] / 4, 0);
}

function norm(x: readonly number[]): number[] {
  const rms = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);
  return x.map((value, i) => (value / rms) * NORM_WEIGHT[i]);
}

function residualModel(style: ResidualStyle, half: boolean): Uint8Array {
  const type = half ? DATA_TYPE.float16 : DATA_TYPE.float;
  const nodes = [
    encodeNode('Identity', ['input_ids'], ['ids']),
    encodeNode('Gather', ['embedding', 'ids'], ['x0']),
    encodeNode('Cast', ['attention_mask'], ['mask.float'], { to: DATA_TYPE.float }),
    encodeNode('Unsqueeze', ['mask.float', 'axes.mask'], ['mask']),
    encodeNode('Shape', ['x0'], ['x0.shape']),
    encodeNode('Gather', ['x0.shape', 'one'], ['width']),
    encodeNode('Neg', ['width'], ['width.start']),
  ];
  for (let layer = 0; layer < LAYERS; layer++) nodes.push(...layerNodes(layer, style, type));
  nodes.push(
    ...(style === 'fused' ? [] : normNodes(`x${LAYERS}`, 'final')),
    encodeNode('Cast', ['final'], ['hidden'], { to: DATA_TYPE.float }),
    encodeNode('MatMul', ['hidden', 'head.weight'], ['logits']),
  );
  return encodeModel([irVersion(8), opset('', 18), opset('com.microsoft', 1)], {
    nodes,
    initializers: tensors(half ? halves : floats).map(encodeTensor),
    inputs: [
      encodeValueInfo('input_ids', DATA_TYPE.int64, ['batch_size', 'sequence_length']),
      encodeValueInfo('attention_mask', DATA_TYPE.int64, ['batch_size', 'total_length']),
      // Not read: a graph that takes positions can tell padding.
      encodeValueInfo('position_ids', DATA_TYPE.int64, ['batch_size', 'sequence_length']),
      ...cache('past_key_values', 'past_length'),
    ],
    outputs: [
      encodeValueInfo('logits', DATA_TYPE.float, ['batch_size', 'sequence_length', VOCAB]),
      ...cache('present', 'total_length'),
    ],
    valueInfo: [],
    otherFields: [encodeGraphName('residual')],
  });
}

function cache(name: string, length: string): Uint8Array[] {
  return Array.from({ length: LAYERS }, (_, layer) =>
    encodeValueInfo(`${name}.${layer}.key`, DATA_TYPE.float, ['batch_size', 1, length, HIDDEN]),
  );
}

function tensors(numbers: typeof floats): TensorSpec[] {
  const columns = HEAD_ROWS.map((_, i) => HEAD_ROWS[(i % VOCAB) * HIDDEN + Math.floor(i / VOCAB)]);
  return [
    numbers('embedding', [VOCAB, HIDDEN], HEAD_ROWS),
    numbers('embedding.own', [VOCAB, HIDDEN], HEAD_ROWS),
    floats('head.weight', [HIDDEN, VOCAB], columns),
    numbers('norm.weight', [HIDDEN], NORM_WEIGHT),
    floats('quarter', [], [0.25]),
    integers('one', [1], [1]),
    integers('two', [1], [2]),
    integers('far', [1], [1_000_000]),
    integers('axes.mask', [2], [1, 3]),
  ];
}

/** The nodes that make `x{layer + 1}` of `x{layer}`; in a fused graph they make the next norm of it too. */
function layerNodes(layer: number, style: ResidualStyle, type: number): Uint8Array[] {
  const [x, next, sum] = [`x${layer}`, `x${layer + 1}`, `attended${layer}`];
  const [normed, context, read, mlp] = ['normed', 'context', 'read', 'mlp'].map(
    (value) => `${value}${layer}`,
  );
  const attention = attentionNodes(layer, type);
  const tanh = encodeNode('Tanh', [read], [mlp]);
  switch (style) {
    case 'sequential':
      return [
        ...normNodes(x, normed),
        ...attention,
        encodeNode('Add', [x, context], [sum]),
        ...normNodes(sum, read),
        tanh,
        encodeNode('Add', [sum, mlp], [next]),
      ];
    case 'parallel':
      return [
        ...normNodes(x, normed),
        ...attention,
        ...normNodes(x, read),
        tanh,
        encodeNode('Add', [context, mlp], [sum]),
        encodeNode('Add', [sum, x], [next]),
      ];
    case 'fused':
      return [
        ...(layer > 0 ? [] : [encodeNode('SimplifiedLayerNormalization', [x, 'norm.weight'], [normed])]),
        ...attention,
        skipNorm([context, x], [read, '', '', sum]),
        tanh,
        skipNorm([mlp, sum], layer + 1 === LAYERS ? ['final'] : [`normed${layer + 1}`, '', '', next]),
      ];
    case 'bypassed':
      return [
        encodeNode('Gather', ['embedding.own', 'ids'], [`again${layer}`]),
        ...normNodes(x, normed),
        ...attention,
        encodeNode('Add', [x, context], [sum]),
        encodeNode('Add', [sum, `again${layer}`], [next]),
      ];
  }
}

function attentionNodes(layer: number, type: number): Uint8Array[] {
  const name = (value: string) => `${value}${layer}`;
  return [
    encodeNode('Unsqueeze', [name('normed'), 'one'], [name('entry')]),
    encodeNode('Cast', [name('entry')], [name('entry.float')], { to: DATA_TYPE.float }),
    encodeNode('Concat', [`past_key_values.${layer}.key`, name('entry.float')], [`present.${layer}.key`], {
      axis: 2,
    }),
    encodeNode('Mul', [`present.${layer}.key`, 'mask'], [name('visible')]),
    encodeNode('CumSum', [name('visible'), 'two'], [name('sums')]),
    encodeNode('Slice', [name('sums'), 'width.start', 'far', 'two'], [name('new')]),
    encodeNode('Squeeze', [name('new'), 'one'], [name('sum')]),
    encodeNode('Mul', [name('sum'), 'quarter'], [name('context.float')]),
    encodeNode('Cast', [name('context.float')], [name('context')], { to: type }),
  ];
}

function normNodes(x: string, output: string): Uint8Array[] {
  const name = (value: string) => `${output}.${value}`;
  return [
    encodeNode('Mul', [x, x], [name('squares')]),
    encodeNode('ReduceMean', [name('squares'), 'two'], [name('mean')]),
    encodeNode('Sqrt', [name('mean')], [name('rms')]),
    encodeNode('Div', [x, name('rms')], [name('scaled')]),
    encodeNode('Mul', ['norm.weight', name('scaled')], [output]),
  ];
}

function skipNorm([input, skip]: readonly string[], outputs: readonly string[]): Uint8Array {
  return encodeNode(
    'SkipSimplifiedLayerNormalization',
    [input, skip, 'norm.weight'],
    outputs,
    {},
    'com.microsoft',
  );
}
