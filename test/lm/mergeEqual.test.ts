import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { mergeEqual } from '../../src/lm/onnx/mergeEqual.js';
import { type OnnxModel, parseNode, parseValueInfo } from '../../src/lm/onnx/model.js';
import { encodeNode, encodeValueInfo } from '../../src/lm/onnx/write.js';
import { DATA_TYPE } from '../fixtures/lm/protobuf.js';
import { nodeOf, runModel, smallModel } from '../support/graphs.js';

const constant = (name: string, value: number) => nodeOf(`${name} = Constant`, { value_int: value });

function modelOf(nodes: readonly Uint8Array[], outputs: readonly string[]): OnnxModel {
  const integer = (name: string, shape?: string[]) =>
    parseValueInfo(encodeValueInfo(name, DATA_TYPE.int64, shape));
  return smallModel({
    nodes,
    inputs: [integer('x', ['n'])],
    outputs: outputs.map((name) => integer(name)),
    valueInfo: [integer('a', []), integer('b', [])],
  });
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
  const { y } = await runModel(model, { x: new Tensor('int64', [5n], [1]) });
  if (!(y.data instanceof BigInt64Array)) throw new TypeError('expected integers');
  return [...y.data];
}
