import { integerAttribute } from './attributes.js';
import type { OnnxGraph } from './graph.js';
import type { OnnxNode } from './model.js';

// `TensorProto.DataType`'s numbers.
const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
  25: 'uint2',
  26: 'int2',
};

// Operators that unpack a weight's bits by themselves; MatMulBnb4 has 4 always.
const UNPACKING = ['MatMulNBits', 'MatMulBnb4'];
const DEFAULT_BITS = 4;
// Operators that round the hidden state to 8 bits, or get it rounded.
const INTEGER_PRODUCTS = ['MatMulInteger', 'MatMulIntegerToFloat', 'DynamicQuantizeMatMul', 'QLinearMatMul'];
const ZERO_POINTS = { MatMulNBits: 3, DequantizeLinear: 2 } as const;

/** Says what the numbers of a product's constant operand are, such as `int8, activations too`. */
export function describeWeights(graph: OnnxGraph, product: OnnxNode, weight: string): string {
  if (UNPACKING.includes(product.opType)) {
    const bits = integerAttribute(product, 'bits') ?? DEFAULT_BITS;
    return `${bits} bits${describeBlocks(product, ZERO_POINTS.MatMulNBits)}`;
  }
  const tensor = graph.weightsOf(weight).find(({ dims }) => dims.length > 1);
  const type = tensor?.dataType ?? graph.constantTypeOf(weight);
  const restored = graph.ancestors([weight]).find((node) => node.opType === 'DequantizeLinear');
  const blocks = restored === undefined ? '' : describeBlocks(restored, ZERO_POINTS.DequantizeLinear);
  const activations = roundsActivations(graph, product) ? ', activations too' : '';
  return `${TYPE_NAMES[type] ?? `type ${type}`}${blocks}${activations}`;
}

function describeBlocks(node: OnnxNode, zeroPoints: number): string {
  const size = integerAttribute(node, 'block_size') ?? 0;
  if (size === 0) return '';
  const shifted = (node.inputs[zeroPoints] ?? '') !== '';
  return ` in blocks of ${size}${shifted ? ', with zero points' : ''}`;
}

function roundsActivations(graph: OnnxGraph, product: OnnxNode): boolean {
  return (
    INTEGER_PRODUCTS.includes(product.opType) ||
    graph.producer(product.inputs[0])?.opType === 'DequantizeLinear'
  );
}
