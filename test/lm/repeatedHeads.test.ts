import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type OnnxModel, parseNode, parseValueInfo } from '../../src/lm/onnx/model.js';
import { withoutRepeats } from '../../src/lm/onnx/repeatedHeads.js';
import { BinaryWriter, writeBytes, writeInteger, writeString } from '../../src/lm/onnx/wire.js';
import { encodeNode, encodeValueInfo } from '../../src/lm/onnx/write.js';
import { DATA_TYPE, floats, integers } from '../fixtures/lm/protobuf.js';
import { runModel, smallModel } from '../support/graphs.js';

/** Two heads of the KV cache, each of which three query heads share. */
const [HEADS, GROUP, SIZE] = [2, 3, 4];
const QUERY_HEADS = HEADS * GROUP;
const TURN = [0, 1, 3, 2];

const CONSTANTS = [
  integers('copies_axis', [1], [2]),
  integers('group', [1], [GROUP]),
  integers('minus_one', [1], [-1]),
  integers('zero', [1], [0]),
  integers('column_axis', [], [2]),
  integers('head_axis', [], [-3]),
  integers('query_shape', [4], [0, QUERY_HEADS, -1, SIZE]),
  integers('repeated_shape', [4], [0, QUERY_HEADS, -1, SIZE]),
  integers('merged_shape', [3], [-1, QUERY_HEADS, SIZE]),
  integers('heads', [1], [HEADS]),
  integers('size', [1], [SIZE]),
  integers('flat', [3], [0, -1, SIZE]),
  floats('scale', [], [0.5]),
  floats('scales', [QUERY_HEADS, 1, 1], [1, 2, 3, 4, 5, 6]),
];

/** A node with one list of integers as its attribute. */
function nodeWithList(
  opType: string,
  input: string,
  output: string,
  name: string,
  values: readonly number[],
) {
  const attribute = writeString(new BinaryWriter(), 1, name);
  for (const value of values) writeInteger(attribute, 8, value);
  // AttributeProto.AttributeType.INTS
  writeInteger(attribute, 20, 7);
  const writer = writeString(writeString(new BinaryWriter(), 1, input), 2, output);
  return writeBytes(writeString(writer, 4, opType), 5, attribute.finish()).finish();
}

function transpose(input: string, output: string, perm: readonly number[]): Uint8Array {
  return nodeWithList('Transpose', input, output, 'perm', perm);
}

/** `repeat_kv` as PyTorch writes it: every size is taken from the cache's shape. */
function repeated(cache: string, output: string, shape = `${output}.shape`): Uint8Array[] {
  const name = (value: string) => `${output}.${value}`;
  return [
    encodeNode('Unsqueeze', [cache, 'copies_axis'], [name('one')]),
    encodeNode('Shape', [cache], [name('cache_shape')]),
    encodeNode('Gather', [name('cache_shape'), 'column_axis'], [name('columns')]),
    encodeNode('Unsqueeze', [name('columns'), 'zero'], [name('width')]),
    encodeNode('Gather', [name('cache_shape'), 'zero'], [name('rows')]),
    encodeNode('Concat', [name('rows'), 'heads', 'group', name('width'), 'size'], [name('spread')], {
      axis: 0,
    }),
    encodeNode('Expand', [name('one'), name('spread')], [name('copies')]),
    encodeNode('Concat', [name('rows'), 'minus_one', name('width'), 'size'], [name('shape')], { axis: 0 }),
    encodeNode('Reshape', [name('copies'), shape], [output]),
  ];
}

/** What varies from the usual attention. */
interface Variant {
  /** Nodes from the repeated keys, `keys`, to what the queries are multiplied with, `turned`. */
  keys?: Uint8Array[];
  /** Further nodes, and outputs that they make. */
  more?: Uint8Array[];
  outputs?: string[];
  /** The shape of the repeated values. */
  shape?: string;
}

const USUAL_KEYS = [
  transpose('keys', 'keys_turned', TURN),
  encodeNode('Mul', ['keys_turned', 'scale'], ['turned']),
];

/** Attention with grouped queries: `y = softmax(q k^T / 2) v`, and the number of columns. */
function modelOf({ keys = USUAL_KEYS, more = [], outputs = [], shape }: Variant = {}): OnnxModel {
  const nodes = [
    encodeNode('Concat', ['past_key_values.0.key', 'k'], ['present.0.key'], { axis: 2 }),
    encodeNode('Concat', ['past_key_values.0.value', 'v'], ['present.0.value'], { axis: 2 }),
    ...repeated('present.0.key', 'keys'),
    ...repeated('present.0.value', 'values', shape),
    encodeNode('Shape', ['keys'], ['keys_shape']),
    encodeNode('Gather', ['keys_shape', 'column_axis'], ['columns']),
    ...keys,
    encodeNode('MatMul', ['q', 'turned'], ['scores']),
    encodeNode('Softmax', ['scores'], ['probabilities'], { axis: -1 }),
    encodeNode('MatMul', ['probabilities', 'values'], ['y']),
    ...more,
  ];
  const value = (name: string, heads: number) =>
    parseValueInfo(encodeValueInfo(name, DATA_TYPE.float, ['rows', heads, `${name} length`, SIZE]));
  return smallModel({
    nodes,
    constants: CONSTANTS,
    inputs: [
      value('q', QUERY_HEADS),
      ...['k', 'v', 'past_key_values.0.key', 'past_key_values.0.value', 'unread'].map((name) =>
        value(name, HEADS),
      ),
    ],
    outputs: [
      ...['present.0.key', 'present.0.value'].map((name) => value(name, HEADS)),
      ...['y', ...outputs].map((name) => parseValueInfo(encodeValueInfo(name, DATA_TYPE.float))),
      parseValueInfo(encodeValueInfo('columns', DATA_TYPE.int64, [])),
    ],
    valueInfo: ['keys', 'scores'].map((name) => value(name, QUERY_HEADS)),
  });
}

async function run(model: OnnxModel, [rows, positions, past]: readonly number[]) {
  let seed = 1;
  const tensor = (heads: number, length: number) => {
    const data = Float32Array.from({ length: rows * heads * length * SIZE }, () =>
      Math.sin(seed++ * 12.9898),
    );
    return new Tensor('float32', data, [rows, heads, length, SIZE]);
  };
  const { y, columns } = await runModel(model, {
    q: tensor(QUERY_HEADS, positions),
    k: tensor(HEADS, positions),
    v: tensor(HEADS, positions),
    'past_key_values.0.key': tensor(HEADS, past),
    'past_key_values.0.value': tensor(HEADS, past),
    unread: tensor(HEADS, 1),
  });
  return { y: y.data, dims: y.dims, columns: columns.data };
}

function operators({ nodes }: OnnxModel): string[] {
  return nodes.map(({ opType }) => opType);
}

describe('grouped queries', () => {
  it.each([
    ['a prompt', [2, 5, 0]],
    ['one token more', [3, 1, 7]],
    ['several tokens more of one row', [1, 2, 4]],
  ])('give the same without copies of what they share: %s', async (_, sizes) => {
    const model = modelOf();
    const edited = withoutRepeats(model);
    expect(operators(edited).filter((operator) => operator === 'Expand')).toEqual([]);
    expect(edited.inputs).toEqual(model.inputs);
    expect(edited.valueInfo.map(({ name }) => name)).toEqual(['scores']);
    const [before, after] = [await run(model, sizes), await run(edited, sizes)];
    const [rows, positions, past] = sizes;
    expect(after.dims).toEqual([rows, QUERY_HEADS, positions, SIZE]);
    expect(after.columns).toEqual(BigInt64Array.of(BigInt(past + positions)));
    expect(after).toEqual({ ...before, y: expect.anything() });
    const [expected, y] = [before.y, after.y].map((data) => [...(data instanceof Float32Array ? data : [])]);
    expect(y).toHaveLength(rows * QUERY_HEADS * positions * SIZE);
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 6);
    });
  });

  const scaled: [string, Uint8Array[]][] = [
    ['not at all', [transpose('keys', 'turned', TURN)]],
    [
      "by the root of a head's size",
      [
        encodeNode('Shape', ['q'], ['q_shape']),
        encodeNode('Gather', ['q_shape', 'minus_one'], ['width']),
        encodeNode('Cast', ['width'], ['width_float'], { to: DATA_TYPE.float }),
        encodeNode('Sqrt', ['width_float'], ['root']),
        encodeNode('Div', ['keys', 'root'], ['keys_scaled']),
        transpose('keys_scaled', 'turned', TURN),
      ],
    ],
  ];
  it.each(scaled)('are found where the keys are scaled %s', async (_, keys) => {
    const model = modelOf({ keys });
    const edited = withoutRepeats(model);
    expect(operators(edited)).not.toContain('Expand');
    const [before, after] = [await run(model, [2, 3, 2]), await run(edited, [2, 3, 2])];
    expect([...after.y].map((value) => Number(value).toFixed(5))).toEqual(
      [...before.y].map((value) => Number(value).toFixed(5)),
    );
  });

  const otherwise: [string, Variant][] = [
    [
      'are scaled head by head',
      { keys: [USUAL_KEYS[0], encodeNode('Mul', ['keys_turned', 'scales'], ['turned'])] },
    ],
    ['are turned otherwise', { keys: [transpose('keys', 'turned', [0, 1, 2, 3])] }],
    ['are an output', { outputs: ['keys'] }],
    ['are counted', { more: [encodeNode('Gather', ['keys_shape', 'head_axis'], ['count'])] }],
    ['are sliced by their shape', { more: [encodeNode('Mul', ['keys_shape', 'keys_shape'], ['squares'])] }],
    ['are read by something else', { more: [encodeNode('Relu', ['keys_turned'], ['relu'])] }],
    ['are multiplied from the left', { more: [encodeNode('MatMul', ['keys', 'turned'], ['square'])] }],
  ];
  it.each(otherwise)('keep their copies of keys that %s', (_, variant) => {
    const { nodes } = withoutRepeats(modelOf(variant));
    const made = new Set(nodes.flatMap(({ outputs }) => outputs));
    expect([made.has('keys.copies'), made.has('values.copies')]).toEqual([true, false]);
  });

  it('keep their copies of values that are no longer heads side by side', () => {
    const { nodes } = withoutRepeats(modelOf({ shape: 'merged_shape' }));
    const made = new Set(nodes.flatMap(({ outputs }) => outputs));
    expect([made.has('keys.copies'), made.has('values.copies')]).toEqual([false, true]);
  });

  it('are found in earlier operator sets, whose axes are attributes', () => {
    const model = modelOf();
    const nodes = model.nodes.map((node) => {
      const isCopied = node.opType === 'Unsqueeze' && node.inputs[1] === 'copies_axis';
      if (!isCopied) return node;
      return parseNode(nodeWithList('Unsqueeze', node.inputs[0], node.outputs[0], 'axes', [2]));
    });
    expect(operators(withoutRepeats({ ...model, opset: 11, nodes }))).not.toContain('Expand');
  });

  it('are left alone in a graph without copies, or of an operator set whose Slice is another', () => {
    const model = modelOf();
    expect(withoutRepeats({ ...model, opset: 9 }).nodes).toBe(model.nodes);
    const plain = { ...model, nodes: model.nodes.filter(({ opType }) => opType !== 'Expand') };
    expect(withoutRepeats(plain)).toBe(plain);
  });
});
