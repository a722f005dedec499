import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { mergeEqual } from '../../src/lm/onnx/mergeEqual.js';
import { type OnnxModel, parseNode, parseValueInfo } from '../../src/lm/onnx/model.js';
import { encodeGraphName, encodeModel, encodeNode, encodeValueInfo } from '../../src/lm/onnx/write.js';
import { DATA_TYPE, irVersion, opset } from '../fixtures/lm/protobuf.js';

/** A node as `output... = operator input...`, a name that is left out as a dash. */
function nodeOf(line: string, attributes: Record<string, number> = {}): Uint8Array {
  const [outputs, call] = line
    .split(' = ')
    .map((side) => side.split(' ').map((name) => (name === '-' ? '' : name)));
  return encodeNode(call[0], call.slice(1), outputs, attributes);
}

const constant = (name: string, value: number) => nodeOf(`${name} = Constant`, { value_int: value });

function modelOf(nodes: readonly Uint8Array[], outputs: readonly string[]): OnnxModel {
  return {
    path: 'm.onnx',
    otherFields: [irVersion(8), opset('', 17)],
    otherGraphFields: [encodeGraphName('m')],
    opset: 17,
    nodes: nodes.map(parseNode),
    initializers: [],
    inputs: [parseValueInfo(encodeValueInfo('x', DATA_TYPE.int64, ['n']))],
    outputs: outputs.map((name) => parseValueInfo(encodeValueInfo(name, DATA_TYPE.int64))),
    valueInfo: ['a', 'b'].map((name) => parseValueInfo(encodeValueInfo(name, DATA_TYPE.int64, []))),
  };
}

/** The nodes that are left, written as lines. */
function linesOf({ nodes }: OnnxModel): string[] {
  return nodes.map(({ opType, inputs, outputs }) => [...outputs, '=', opType, ...inputs].join(' '));
}

describe('mergeEqual', () => {
  it('leaves one node where several do the same, and what was made of the others is made of it', async () => {
    const model = modelOf(
      [
        constant('a', 3),
        constant('b', 3),
        constant('c', 4),
        nodeOf('sum = Add x a'),
        nodeOf('same = Add x b'),
        nodeOf('other = Add x c'),
        nodeOf('twice = Add same sum'),
        nodeOf('y = Mul twice other'),
      ],
      ['y'],
    );
    const merged = mergeEqual(model);
    expect(linesOf(merged)).toEqual([
      'a = Constant',
      'c = Constant',
      'sum = Add x a',
      'other = Add x c',
      'twice = Add sum sum',
      'y = Mul twice other',
    ]);
    expect(merged.nodes.map(({ bytes }) => parseNode(bytes))).toEqual(merged.nodes);
    expect(merged.valueInfo.map(({ name }) => name)).toEqual(['a']);
    // (5 + 3 + 5 + 3) (5 + 4) = 144
    for (const each of [model, merged]) expect(await run(each)).toEqual([144n]);
  });

  const kept: [string, Uint8Array[]][] = [
    ['give other outputs', [nodeOf('a - = Split x'), nodeOf('- b = Split x')]],
    ['have other attributes', [nodeOf('a = Cast x', { to: 1 }), nodeOf('b = Cast x', { to: 7 })]],
    ['read in another order', [nodeOf('a = Sub x x2'), nodeOf('b = Sub x2 x')]],
    ['are random', [nodeOf('a = RandomNormalLike x'), nodeOf('b = RandomNormalLike x')]],
    ['make something of nothing', [nodeOf('a = RandomUniform'), nodeOf('b = RandomUniform')]],
    ['are of another domain', [nodeOf('a = Gelu x'), encodeNode('Gelu', ['x'], ['b'], {}, 'com.microsoft')]],
  ];
  it.each(kept)('leaves nodes that %s', (_, nodes) => {
    expect(mergeEqual(modelOf([...nodes, nodeOf('y = Add a b')], ['y'])).nodes).toHaveLength(3);
  });

  it('leaves what the graph gives under its own name', () => {
    const model = modelOf([nodeOf('a = Neg x'), nodeOf('b = Neg x'), nodeOf('y = Neg b')], ['b', 'y']);
    expect(linesOf(mergeEqual(model))).toEqual(['a = Neg x', 'b = Neg x', 'y = Neg b']);
  });

  it('leaves what a graph within reads, whose names it does not change', () => {
    const model = modelOf([nodeOf('a = Neg x'), nodeOf('b = Neg x')], ['y']);
    const branching = { ...parseNode(nodeOf('y = If x')), captures: ['b'] };
    const merged = mergeEqual({ ...model, nodes: [...model.nodes, branching, branching] });
    expect(linesOf(merged)).toEqual(['a = Neg x', 'b = Neg x', 'y = If x', 'y = If x']);
  });
});

async function run(model: OnnxModel): Promise<bigint[]> {
  const bytes = encodeModel(model.otherFields, {
    nodes: model.nodes.map((node) => node.bytes),
    initializers: [],
    inputs: model.inputs.map((input) => input.bytes),
    outputs: model.outputs.map((output) => output.bytes),
    valueInfo: [],
    otherFields: model.otherGraphFields,
  });
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const { y } = await session.run({ x: new Tensor('int64', [5n], [1]) });
  await session.release();
  if (!(y.data instanceof BigInt64Array)) throw new TypeError('expected integers');
  return [...y.data];
}
