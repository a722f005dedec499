import { type OnnxNode, type OnnxTensor, parseNode } from './model.js';
import { DATA_TYPE, NODE } from './schema.js';
import { encodeIntegers, encodeNode, withNames } from './write.js';

/** A node with one output and integer attributes, to add to a graph. */
export function newNode(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes?: Readonly<Record<string, number>>,
): OnnxNode {
  return parseNode(encodeNode(opType, inputs, [output], attributes));
}

/** The node, reading other values where `names` gives them; itself where it gives none. */
export function withInputs(node: OnnxNode, names: ReadonlyMap<string, string>): OnnxNode {
  if (!node.inputs.some((input) => names.has(input))) return node;
  const inputs = node.inputs.map((input) => names.get(input) ?? input);
  return { ...node, inputs, bytes: withNames(node, names, [NODE.input]) };
}

/** A list of 64-bit integers, to add to a graph. */
export function newIntegers(name: string, values: readonly bigint[]): OnnxTensor {
  const bytes = encodeIntegers(name, values);
  return { name, dims: [values.length], dataType: DATA_TYPE.int64, data: { in: 'message', bytes } };
}
