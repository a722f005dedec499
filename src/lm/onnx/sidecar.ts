import { type Attention, attentionOf } from './attention.js';
import { LAST_INTEGER, newestColumns, SLICE_OPSET } from './caches.js';
import type { OnnxGraph } from './graph.js';
import type { LmHead } from './head.js';
import { canBeExact } from './integers.js';
import { isHalf, type OnnxModel, type OnnxNode, parseNode } from './model.js';
import { uniqueNames } from './names.js';
import { DATA_TYPE } from './schema.js';
import type { Weights } from './weights.js';
import {
  encodeGraphName,
  encodeIntegers,
  encodeModel,
  encodeNode,
  encodeValueInfo,
  withInput,
} from './write.js';

/** Names of the values that a sidecar adds. */
const LAST_HIDDEN_STATE = 'last_hidden_state';
const NUM_LOGITS_TO_KEEP = 'num_logits_to_keep';

/** A model to load from memory whose weights stay in the original's files. */
export interface Sidecar {
  bytes: Uint8Array;
  /** The output with the `lm_head`'s input, as float32. */
  hidden: string;
  /** The output with the logits, as float32. */
  logits: string;
  /** Whether ONNX Runtime should dequantize at loading, not in every run: faster, for some memory. */
  dequantizeOnce: boolean;
  /** Whether ONNX Runtime should multiply 8-bit integers without overflow on every processor; see `canBeExact`. */
  exactIntegers: boolean;
}

/** The sidecar of a whole decoder. */
export interface DecoderSidecar extends Sidecar {
  /** The outputs with the values that a state is made of, as float32. */
  states: readonly string[];
  /** The output with the `lm_head`'s product, as float32; the logits where nothing lies between. */
  product: string;
  /** Whether the product holds a bias. */
  biased: boolean;
  /** How attention is told which columns of a row are tokens. */
  attention: Attention['told'];
  /** The output with the newest column of every KV cache (`newestColumns`); undefined where they are not alike. */
  newest: string | undefined;
}

/**
 * The model's graph with the `lm_head`'s input as one more output, and, where every position reaches the
 * `lm_head`, a slice before it that keeps the last `num_logits_to_keep` positions (0: all), an input in the
 * manner of transformers. Nodes are copied byte for byte; weights are references into the original file.
 * @param states The values that a state is made of; of those other than the `lm_head`'s input, outputs with the same
 * positions are added, or with all where the graph has no such input.
 */
export function buildSidecar(
  graph: OnnxGraph,
  head: LmHead,
  weights: Weights,
  states: readonly string[] = [head.hidden],
): DecoderSidecar {
  const { model } = graph;
  const name = uniqueNames(model);
  const slices = canSlice(model, head);
  const bounds = slices || slicesAlready(model) ? keptBounds(model, name) : undefined;
  const slice = slices && bounds ? sliceParts(head.hidden, bounds, name) : undefined;
  const kept = slice?.kept ?? head.hidden;
  // What lies behind the slice no longer has the shape that the file declares.
  const changed = new Set(slice === undefined ? [] : behindHead(graph, head));
  const floats = floatOutputs(model, kept, head, name);
  const inner = innerStates(
    states.filter((state) => state !== head.hidden),
    bounds,
    name,
  );
  const attention = attentionOf(graph);
  const newest = newestColumns(model, name, attention.told === 'counted' ? attention.newest : undefined);
  const nodes = model.nodes.flatMap((node) => {
    if (node !== head.reader || slice === undefined) return [node.bytes];
    return [slice.node, withInput(node, head.hidden, kept)];
  });
  const outputs = model.outputs.map((output) =>
    changed.has(output.name)
      ? encodeValueInfo(output.name, output.elemType ?? DATA_TYPE.float)
      : output.bytes,
  );
  const bytes = encodeModel(model.otherFields, {
    nodes: [...(bounds?.nodes ?? []), ...nodes, ...floats.nodes, ...inner.nodes, ...(newest?.nodes ?? [])],
    initializers: [
      ...model.initializers.map(weights.encode),
      ...(bounds?.initializers ?? []),
      ...(newest?.initializers ?? []),
    ],
    inputs: [...model.inputs.map((input) => input.bytes), ...(slice ? [slice.input] : [])],
    outputs: [...outputs, ...floats.outputs, ...inner.outputs, ...(newest?.outputs ?? [])],
    valueInfo: model.valueInfo.filter((info) => !changed.has(info.name)).map((info) => info.bytes),
    otherFields: model.otherGraphFields,
  });
  const { hidden, logits, product } = floats;
  const names = states.map((state) => inner.names.get(state) ?? hidden);
  const { dequantizedAlone: dequantizeOnce, ownBias: biased } = head;
  return {
    bytes,
    hidden,
    states: names,
    logits,
    product,
    biased,
    attention: attention.told,
    newest: newest?.output,
    dequantizeOnce,
    exactIntegers: canBeExact(model.nodes),
  };
}

function canSlice(model: OnnxModel, head: LmHead): boolean {
  return head.allPositions && model.opset >= SLICE_OPSET && !slicesAlready(model);
}

/** A graph that has the input already slices by itself. */
function slicesAlready(model: OnnxModel): boolean {
  return model.inputs.some((input) => input.name === NUM_LOGITS_TO_KEEP);
}

/** The outputs to add: the hidden state `kept`, and the logits and the product where they are not float32 outputs. */
function floatOutputs(model: OnnxModel, kept: string, head: LmHead, name: (base: string) => string) {
  const nodes: Uint8Array[] = [];
  const outputs: Uint8Array[] = [];
  const add = (value: string, base: string) => {
    const output = name(base);
    nodes.push(encodeNode('Cast', [value], [output], { to: DATA_TYPE.float }));
    outputs.push(encodeValueInfo(output, DATA_TYPE.float));
    return output;
  };
  const hidden = add(kept, LAST_HIDDEN_STATE);
  const type = model.outputs.find((output) => output.name === 'logits')?.elemType;
  const logits = isHalf(type) ? add('logits', 'logits_float32') : 'logits';
  const product = head.changed ? add(head.product, 'lm_head_product') : logits;
  return { hidden, logits, product, nodes, outputs };
}

/** The outputs to add for values `[batch, sequence, hidden]` inside the graph: the positions that are kept. */
function innerStates(
  values: readonly string[],
  bounds: KeptBounds | undefined,
  name: (base: string) => string,
) {
  const names = new Map<string, string>();
  const nodes: Uint8Array[] = [];
  const outputs: Uint8Array[] = [];
  for (const value of values) {
    const kept = bounds ? name('state_positions') : value;
    if (bounds) nodes.push(encodeNode('Slice', [value, ...bounds.names], [kept]));
    const output = name('layer_state');
    nodes.push(encodeNode('Cast', [kept], [output], { to: DATA_TYPE.float }));
    outputs.push(encodeValueInfo(output, DATA_TYPE.float));
    names.set(value, output);
  }
  return { names, nodes, outputs };
}

/** What a `Slice` needs to keep the last positions of `[batch, sequence, hidden]`. */
interface KeptBounds {
  /** Its inputs besides the data: start, end and axis. */
  names: readonly string[];
  nodes: readonly Uint8Array[];
  initializers: readonly Uint8Array[];
}

/** The bounds of the last `num_logits_to_keep` positions; undefined in operator sets without such a `Slice`. */
function keptBounds(model: OnnxModel, name: (base: string) => string): KeptBounds | undefined {
  if (model.opset < SLICE_OPSET) return undefined;
  const [length, start, end, axis] = ['kept_length', 'first_kept', 'last_kept', 'sequence_axis'].map(name);
  return {
    names: [start, end, axis],
    // -1 as a scale and as a shape: the list [-n], from which on Slice keeps.
    nodes: [encodeNode('Mul', [NUM_LOGITS_TO_KEEP, length], [start])],
    initializers: [
      encodeIntegers(length, [-1n]),
      encodeIntegers(end, [LAST_INTEGER]),
      encodeIntegers(axis, [1n]),
    ],
  };
}

/** The node and input that keep the last positions of `[batch, sequence, hidden]`. */
function sliceParts(from: string, bounds: KeptBounds, name: (base: string) => string) {
  const kept = name('last_positions');
  return {
    kept,
    input: encodeValueInfo(NUM_LOGITS_TO_KEEP, DATA_TYPE.int64, []),
    node: encodeNode('Slice', [from, ...bounds.names], [kept]),
  };
}

/** The values from the node that reads the hidden state on. */
function behindHead(graph: OnnxGraph, head: LmHead): string[] {
  const found = new Set(head.reader.outputs);
  for (const node of graph.model.nodes) {
    if (node.inputs.some((input) => found.has(input))) for (const output of node.outputs) found.add(output);
  }
  return [...found];
}

/**
 * The `lm_head` product alone: input `hidden` `[rows, hidden]`, output `product` `[rows, vocab]`, both float32.
 * Running it on the identity matrix reads the weight whatever its layout or quantization.
 */
export function buildHeadModel(graph: OnnxGraph, head: LmHead, weights: Weights): Sidecar {
  const { model } = graph;
  const name = uniqueNames(model);
  const [input, output] = [name('rows'), name('row_products')];
  const type = head.typedLike === undefined ? DATA_TYPE.float : graph.constantTypeOf(head.typedLike);
  const product =
    head.node.opType === 'QLinearMatMul'
      ? restoredProduct(model.opset, head, name)
      : graph.ancestors([head.product], [head.entry]);
  const used = product.flatMap((node) => node.inputs);
  const bytes = encodeModel(model.otherFields, {
    nodes: [
      encodeNode('Cast', [input], [head.entry], { to: type }),
      ...product.map((node) => node.bytes),
      encodeNode('Cast', [head.product], [output], { to: DATA_TYPE.float }),
    ],
    initializers: graph.initializersNamed(used).map(weights.encode),
    inputs: [encodeValueInfo(input, DATA_TYPE.float, ['rows', 'hidden'])],
    outputs: [encodeValueInfo(output, DATA_TYPE.float)],
    valueInfo: [],
    otherFields: [encodeGraphName('lm_head')],
  });
  return { bytes, hidden: input, logits: output, dequantizeOnce: true, exactIntegers: canBeExact(product) };
}

// DequantizeLinear takes a scale for every column since this operator set.
const COLUMN_SCALES_OPSET = 13;

/** The product of a QLinearMatMul in floats: its fixed ranges would cut off and round the rows. */
function restoredProduct(opset: number, head: LmHead, name: (base: string) => string): OnnxNode[] {
  const weight = name('restored_weight');
  const axis = opset < COLUMN_SCALES_OPSET ? undefined : { axis: 1 };
  return [
    parseNode(encodeNode('DequantizeLinear', head.node.inputs.slice(3, 6), [weight], axis)),
    parseNode(encodeNode('MatMul', [head.entry, weight], [head.product])),
  ];
}
