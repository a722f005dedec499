import { InputError } from '../../common/index.js';
import type { LmHeadInfo } from '../types.js';
import type { OnnxGraph } from './graph.js';
import type { OnnxNode } from './model.js';
import { describeWeights } from './weightType.js';

/** The product of the hidden state and the `lm_head`'s weight, found at the end of a graph. */
export interface LmHead {
  info: LmHeadInfo;
  /** The value that the product multiplies with the weight, as a float: `[..., hidden]`. */
  hidden: string;
  /** The value that the product itself reads as a float, `hidden` or what 8-bit rounding with a fixed range left of it. */
  entry: string;
  /** The node that reads `hidden` on the way to the product. */
  reader: OnnxNode;
  /** The product as a float, before what follows. */
  product: string;
  /** Whether the product's operator adds a bias by itself. */
  ownBias: boolean;
  /** Whether what follows the product changes its numbers, other than by rounding. */
  changed: boolean;
  /** The product's operator with its weight. */
  node: OnnxNode;
  /** A constant value of the type of `entry`, or undefined where that is a float. */
  typedLike: string | undefined;
  /** Whether the hidden state is `[batch, sequence, hidden]` with every position in it. */
  allPositions: boolean;
  /** Whether the `lm_head` (and the embedding tied to it) is all that the graph dequantizes to a float tensor. */
  dequantizedAlone: boolean;
}

// Where each product has its hidden state and its weight. `like` has the hidden state's type.
const PRODUCTS: Record<string, { weight: number; like: number | undefined }> = {
  MatMul: { weight: 1, like: 1 },
  FusedMatMul: { weight: 1, like: 1 },
  Gemm: { weight: 1, like: 1 },
  MatMulNBits: { weight: 1, like: 2 },
  MatMulBnb4: { weight: 1, like: 2 },
  DynamicQuantizeMatMul: { weight: 1, like: undefined },
  MatMulInteger: { weight: 1, like: undefined },
  MatMulIntegerToFloat: { weight: 1, like: undefined },
  QLinearMatMul: { weight: 3, like: undefined },
};

// Operators that only move or retype what they get as their first input.
const MOVES = ['Identity', 'Reshape', 'Slice', 'Gather', 'Squeeze', 'Unsqueeze', 'Transpose', 'Flatten'];
const CASTS = ['Cast', 'DequantizeLinear', 'QuantizeLinear'];
const MAPS = ['Add', 'Sub', 'Mul', 'Div', 'Tanh', 'Where', 'Clip', 'Min', 'Max', 'Neg'];
const QUANTIZERS = ['DynamicQuantizeLinear', 'QuantizeLinear'];
const SLICES = ['Slice', 'Gather', 'GatherND', 'GatherElements'];

/**
 * Walks back from `logits` to the product with the `lm_head`'s weight.
 * @throws InputError naming the node where the walk ended, when no such product is found.
 */
export function findLmHead(graph: OnnxGraph): LmHead {
  const { path: file, outputs } = graph.model;
  const logits = outputs.find((output) => output.name === 'logits');
  if (logits === undefined) {
    const names = outputs.map((output) => output.name).join(', ');
    throw new InputError(
      `${file} has no output named logits (it has ${names}): take a model exported for text generation`,
    );
  }
  const walk = walkBack(graph, 'logits');
  const [product, ...after] = walk.path;
  if (product === undefined) {
    throw new InputError(
      `${file}: no lm_head product leads to logits; the walk back ended at ${describe(walk.end)}`,
    );
  }
  return describeHead(graph, product, after, logits.shape?.length);
}

function describe(node: OnnxNode | undefined): string {
  return node === undefined ? 'an input of the graph' : `node '${node.name}' (${node.opType})`;
}

interface Walk {
  /** From the product to the value that the walk began with; empty when there is no product. */
  path: OnnxNode[];
  /** Where the walk ended. */
  end: OnnxNode | undefined;
}

function walkBack(graph: OnnxGraph, value: string): Walk {
  const path: OnnxNode[] = [];
  let node = graph.producer(value);
  while (node !== undefined) {
    path.unshift(node);
    if (isProduct(graph, node)) return { path, end: node };
    const next = behind(graph, node);
    if (next === undefined) break;
    node = graph.producer(next);
  }
  return { path: [], end: node };
}

function isProduct(graph: OnnxGraph, node: OnnxNode): boolean {
  const places = PRODUCTS[node.opType];
  if (places === undefined) return false;
  return graph.isConstant(node.inputs[places.weight]) && !graph.isConstant(node.inputs[0]);
}

/** The input of `node` that the walk goes on with, or undefined where it must end. */
function behind(graph: OnnxGraph, node: OnnxNode): string | undefined {
  if (MOVES.includes(node.opType) || CASTS.includes(node.opType)) return node.inputs[0];
  if (!MAPS.includes(node.opType)) return undefined;
  const operands = node.opType === 'Where' ? node.inputs.slice(1) : node.inputs;
  const varying = operands.filter((input) => !graph.isConstant(input));
  if (varying.length === 1) return varying[0];
  // The scale of dynamically quantized activations varies too; any other such node lies before the head.
  return node.opType === 'Mul' ? varying.find((input) => isIntegerProduct(graph, input)) : undefined;
}

function isIntegerProduct(graph: OnnxGraph, value: string): boolean {
  let node = graph.producer(value);
  while (node !== undefined && (node.opType === 'Cast' || node.opType === 'Mul')) {
    node = graph.producer(node.inputs[0]);
  }
  return node?.opType === 'MatMulInteger';
}

function describeHead(
  graph: OnnxGraph,
  product: OnnxNode,
  path: readonly OnnxNode[],
  logitsRank: number | undefined,
): LmHead {
  const places = PRODUCTS[product.opType];
  const weight = product.inputs[places.weight];
  const scaled = dequantizingSteps(graph, product, path);
  const rest = path.slice(scaled).filter((node) => MAPS.includes(node.opType));
  const addsBias = rest[0]?.opType === 'Add';
  const { hidden, entry, reader } = floatInput(graph, product);
  const last = scaled === 0 ? product : path[scaled - 1];
  return {
    info: {
      op: product.opType,
      node: product.name,
      weights: describeWeights(graph, product, weight),
      tied: isTied(graph, product, weight),
      bias: addsBias || hasOwnBias(product),
      after: rest.slice(addsBias ? 1 : 0).map((node) => node.opType),
    },
    hidden,
    entry,
    reader,
    node: product,
    product: last.outputs[0],
    ownBias: hasOwnBias(product),
    changed: rest.length > 0,
    typedLike:
      entry === product.inputs[0] && places.like !== undefined ? product.inputs[places.like] : undefined,
    allPositions: seesAllPositions(graph, product, path, hidden, logitsRank),
    dequantizedAlone: isDequantizedAlone(graph, weight),
  };
}

/** How many nodes after an integer product turn its result into floats. */
function dequantizingSteps(graph: OnnxGraph, product: OnnxNode, path: readonly OnnxNode[]): number {
  if (product.opType === 'QLinearMatMul') {
    return path.findIndex((node) => node.opType === 'DequantizeLinear') + 1;
  }
  if (product.opType !== 'MatMulInteger') return 0;
  const scales = (node: OnnxNode) => node.opType === 'Mul' && node.inputs.some((i) => graph.isConstant(i));
  const end = path.findIndex((node) => node.opType !== 'Cast' && (node.opType !== 'Mul' || scales(node)));
  return end === -1 ? path.length : end;
}

/** The product's input as a float, before Casts and quantization, and the node that reads it. */
function floatInput(graph: OnnxGraph, product: OnnxNode): Pick<LmHead, 'hidden' | 'entry' | 'reader'> {
  const restored = graph.producer(product.inputs[0]);
  const rounding = restored?.opType === 'DequantizeLinear' ? graph.producer(restored.inputs[0]) : undefined;
  const pair = rounding?.opType === 'QuantizeLinear';
  let reader = pair ? rounding : product;
  let hidden = reader.inputs[0];
  for (;;) {
    const node = graph.producer(hidden);
    const quantized = QUANTIZERS.includes(node?.opType ?? '') && reader === product;
    if (node === undefined || (node.opType !== 'Cast' && !quantized)) break;
    reader = node;
    hidden = node.inputs[0];
  }
  return { hidden, entry: pair ? product.inputs[0] : hidden, reader };
}

/** Whether the product's operator adds a bias by itself: the third input of Gemm, the sixth of MatMulNBits. */
function hasOwnBias(product: OnnxNode): boolean {
  const place = { Gemm: 2, MatMulNBits: 5, DynamicQuantizeMatMul: 4, MatMulIntegerToFloat: 6 }[
    product.opType
  ];
  return place !== undefined && (product.inputs[place] ?? '') !== '';
}

/** Whether the token embedding is looked up in the weight's own numbers. */
function isTied(graph: OnnxGraph, product: OnnxNode, weight: string): boolean {
  const weights = new Set(graph.weightsOf(weight).filter((tensor) => tensor.dims.length > 1));
  return graph.model.nodes.some((node) => {
    if (node === product || !node.opType.startsWith('Gather')) return false;
    return graph.isConstant(node.inputs[0]) && graph.weightsOf(node.inputs[0]).some((w) => weights.has(w));
  });
}

function isDequantizedAlone(graph: OnnxGraph, weight: string): boolean {
  const count = (opType: string) => graph.model.nodes.filter((node) => node.opType === opType).length;
  const dequantized = graph.ancestors([weight]).some((node) => node.opType === 'DequantizeLinear');
  return dequantized && count('DequantizeLinear') <= 2 && count('QuantizeLinear') === 0;
}

function seesAllPositions(
  graph: OnnxGraph,
  product: OnnxNode,
  path: readonly OnnxNode[],
  hidden: string,
  logitsRank: number | undefined,
): boolean {
  if (product.opType === 'Gemm' || (logitsRank !== undefined && logitsRank !== 3)) return false;
  if (path.some((node) => MOVES.includes(node.opType) && node.opType !== 'Identity')) return false;
  const before = graph.producer(hidden)?.opType ?? '';
  return !SLICES.includes(before);
}
