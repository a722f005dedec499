import { type OnnxNode, type OnnxTensor, parseNode } from './model.js';
import { DATA_TYPE } from './schema.js';
import { encodeIntegers, encodeNode } from './write.js';

/** A node with one output and integer attributes, to add to a graph. */
export function newNode(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes?: Readonly<Record<string, number>>,
): OnnxNode {
  return parseNode(encodeNode(opType, inputs, [output], attributes));
}

/** A list of 64-bit integers, to add to a graph. */
export function newIntegers(name: string, values: readonly bigint[]): OnnxTensor {
  const bytes = encodeIntegers(name, values);
  return { name, dims: [values.length], dataType: DATA_TYPE.int64, data: { in: 'message', bytes } };
}
