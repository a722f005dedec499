import { integerAttribute } from './attributes.js';
import type { OnnxGraph } from './graph.js';
import type { LmHead } from './head.js';
import type { OnnxNode, OnnxTensor } from './model.js';

/** A tensor of numbers, some of which belong to each row. */
export interface RowNumbers {
  tensor: OnnxTensor;
  /** Bits of each, where a byte holds several packed numbers. */
  bits?: number | undefined;
  /** Numbers of each row, with those that only fill it up; 0: one number for all rows. */
  perRow: number;
}

/** `value = (code - zero) * scale`, in blocks of a row. */
export interface Rounding {
  /** A number where the graph has no such tensor. */
  scales: RowNumbers | number;
  zeros: RowNumbers | number;
  /** Elements of a row that share a scale and a zero point; the last block may be shorter. */
  blockSize: number;
}

/** How the `lm_head`'s weight lies in the model's files. */
export interface WeightLayout {
  codes: RowNumbers;
  /** `[hidden, vocab]`, instead of `[vocab, hidden]` with each row in one piece; scales and zero points likewise. */
  turned: boolean;
  /** Rows in the file; those of tokens may be fewer. */
  rowCount: number;
  rounding: Rounding | undefined;
}

/** What stands in the way of a weight's numbers, gathered on the walk to them. */
interface Unsized {
  scales: OnnxTensor | undefined;
  zeros: OnnxTensor | undefined;
  /** 0: a row is one block. */
  blockSize: number;
}

// Where integer products have the scale and the zero point of their weight.
const INTEGER_INPUTS: Readonly<Record<string, readonly [number, number]>> = {
  DynamicQuantizeMatMul: [2, 3],
  MatMulIntegerToFloat: [3, 5],
  QLinearMatMul: [4, 5],
};
const DEFAULT_BITS = 4;

/**
 * Follows the `lm_head`'s product to its weight's numbers.
 * @returns undefined where the layout is none of the usual ones, and only the product can read it.
 */
export function findWeightLayout(
  graph: OnnxGraph,
  head: LmHead,
  hiddenSize: number,
): WeightLayout | undefined {
  const { node } = head;
  if (node.opType === 'MatMulBnb4') return undefined;
  if (node.opType === 'MatMulNBits') return packedLayout(graph, node, hiddenSize);
  const rounding = productRounding(graph, head);
  if (rounding === 'unknown') return undefined;
  const found = followWeight(graph, node, rounding);
  return found && sized(found, hiddenSize);
}

/** The layout of MatMulNBits: whole blocks of few bits, side by side in bytes. */
function packedLayout(graph: OnnxGraph, product: OnnxNode, hiddenSize: number): WeightLayout | undefined {
  const [codes, scales, zeros] = product.inputs.slice(1, 4).map((input) => graph.initializer(input));
  const bits = integerAttribute(product, 'bits') ?? DEFAULT_BITS;
  const blockSize = integerAttribute(product, 'block_size') ?? 0;
  const grouped = (product.inputs[4] ?? '') !== '';
  const known = codes && scales && (zeros !== undefined || (product.inputs[3] ?? '') === '');
  if (!known || grouped || blockSize === 0 || 8 % bits !== 0) return undefined;
  const blocks = Math.ceil(hiddenSize / blockSize);
  // Packed zero points begin at a byte in every row.
  const packed = zeros?.dataType === codes.dataType;
  const zeroPoints = zeros && {
    tensor: zeros,
    bits: packed ? bits : undefined,
    perRow: packed ? (Math.ceil((blocks * bits) / 8) * 8) / bits : blocks,
  };
  return {
    codes: { tensor: codes, bits, perRow: blocks * blockSize },
    turned: false,
    rowCount: codes.dims[0],
    rounding: {
      scales: { tensor: scales, perRow: blocks },
      zeros: zeroPoints ?? 2 ** (bits - 1),
      blockSize,
    },
  };
}

/** How a product's own inputs, or what follows it, say that its weight is rounded. */
function productRounding(graph: OnnxGraph, head: LmHead): Unsized | undefined | 'unknown' {
  const { node } = head;
  if (node.opType === 'MatMulInteger') return integerRounding(graph, head);
  const inputs = INTEGER_INPUTS[node.opType];
  return inputs === undefined ? undefined : (roundingOf(graph, node, inputs, 0) ?? 'unknown');
}

/** MatMulInteger has its zero point; its scale is multiplied in behind it, with the one of the hidden state. */
function integerRounding(graph: OnnxGraph, head: LmHead): Unsized | 'unknown' {
  const { node } = head;
  const zeros = graph.initializer(node.inputs[3] ?? '');
  if (zeros === undefined && (node.inputs[3] ?? '') !== '') return 'unknown';
  // None where what multiplies by the scale is seen as a part of what follows the product.
  const found = factorsBehind(graph, head).flatMap((factor) => constantFactors(graph, factor));
  const scales = found.map((factor) => graph.initializer(factor));
  const known = scales.length === 0 || (scales.length === 1 && scales[0] !== undefined);
  return known ? { scales: scales[0], zeros, blockSize: 0 } : 'unknown';
}

/** What an integer product is multiplied by on the way to the product in floats. */
function factorsBehind(graph: OnnxGraph, { node, product }: LmHead): string[] {
  const leads = (value: string) => graph.ancestors([value]).includes(node);
  const factors: string[] = [];
  let next = graph.producer(product);
  while (next !== undefined && next !== node) {
    factors.push(...next.inputs.filter((input) => !leads(input)));
    next = graph.producer(next.inputs.find(leads) ?? '');
  }
  return factors;
}

/** The constants in a factor that may be a product itself. */
function constantFactors(graph: OnnxGraph, factor: string): string[] {
  if (graph.isConstant(factor)) return [factor];
  const node = graph.producer(factor);
  return node?.opType === 'Mul' ? node.inputs.flatMap((input) => constantFactors(graph, input)) : [];
}

interface Found extends Partial<Unsized> {
  codes: OnnxTensor;
  turned: boolean;
}

/** Goes from a product to the initializer that its weight is made of. */
function followWeight(graph: OnnxGraph, product: OnnxNode, known: Unsized | undefined): Found | undefined {
  let rounding = known;
  // MatMul's operand is `[hidden, vocab]`.
  let turned = integerAttribute(product, 'transB') !== 1;
  for (let value = product.inputs[product.opType === 'QLinearMatMul' ? 3 : 1]; ; ) {
    const codes = graph.initializer(value);
    if (codes !== undefined) return { codes, turned, ...rounding };
    const node = graph.producer(value);
    if (node?.opType === 'Transpose') {
      // The scales of blocks lie as the numbers behind the Transpose do.
      if ((rounding?.blockSize ?? 0) > 0) return undefined;
      turned = !turned;
    } else if (node?.opType === 'DequantizeLinear' && rounding === undefined) {
      rounding = roundingOf(graph, node, [1, 2], integerAttribute(node, 'block_size') ?? 0);
      if (rounding === undefined) return undefined;
    } else if (node?.opType !== 'Cast' && node?.opType !== 'Identity') return undefined;
    value = node.inputs[0];
  }
}

function roundingOf(
  graph: OnnxGraph,
  node: OnnxNode,
  [scale, zero]: readonly [number, number],
  blockSize: number,
): Unsized | undefined {
  const scales = graph.initializer(node.inputs[scale]);
  const zeros = graph.initializer(node.inputs[zero] ?? '');
  const complete = zeros !== undefined || (node.inputs[zero] ?? '') === '';
  return scales !== undefined && complete ? { scales, zeros, blockSize } : undefined;
}

/** The layout of what was found, or undefined where the sizes of its parts do not fit. */
function sized(
  { codes, turned, scales, zeros, blockSize = 0 }: Found,
  width: number,
): WeightLayout | undefined {
  const [found, rowCount] = turned ? codes.dims : codes.dims.toReversed();
  if (codes.dims.length !== 2 || found !== width) return undefined;
  const blocks = blockSize === 0 ? 1 : Math.ceil(width / blockSize);
  const shape = turned ? [blocks, rowCount] : [rowCount, blocks];
  const fits = (tensor: OnnxTensor | undefined) =>
    tensor === undefined ||
    size(tensor) === 1 ||
    (size(tensor) === rowCount * blocks && (blockSize === 0 || tensor.dims.join() === shape.join()));
  if (!fits(scales) || !fits(zeros)) return undefined;
  const part = (tensor: OnnxTensor): RowNumbers => ({ tensor, perRow: size(tensor) === 1 ? 0 : blocks });
  const rounded = scales !== undefined || zeros !== undefined;
  return {
    codes: { tensor: codes, perRow: width },
    turned,
    rowCount,
    rounding: rounded
      ? {
          scales: scales ? part(scales) : 1,
          zeros: zeros ? part(zeros) : 0,
          blockSize: blockSize === 0 ? width : blockSize,
        }
      : undefined,
  };
}

function size(tensor: OnnxTensor): number {
  return tensor.dims.reduce((product, length) => product * length, 1);
}
