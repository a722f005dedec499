import { type OnnxNode, parseTensorHead } from './model.js';
import { ATTRIBUTE } from './schema.js';
import { forEachField, readIntegers } from './wire.js';

/** What an attribute holds of what this room reads. */
export interface Attribute {
  name: string;
  integers: readonly number[];
  /** The message of a tensor. */
  tensor: Uint8Array | undefined;
}

/** Reads an AttributeProto. */
export function parseAttribute(bytes: Uint8Array): Attribute {
  const integers: number[] = [];
  const attribute: Attribute = { name: '', integers, tensor: undefined };
  forEachField(bytes, (number, type, reader) => {
    if (number === ATTRIBUTE.name) attribute.name = reader.string();
    else if (number === ATTRIBUTE.tensor) attribute.tensor = reader.bytes();
    else if (number === ATTRIBUTE.integer || number === ATTRIBUTE.integers) {
      readIntegers(type, reader, integers);
    }
  });
  return attribute;
}

/** The integers of a node's attribute `name`; undefined where it has none. */
export function integersAttribute(node: OnnxNode, name: string): readonly number[] | undefined {
  return node.attributes.map(parseAttribute).find((attribute) => attribute.name === name)?.integers;
}

/** The integer attribute `name` of a node, or undefined. */
export function integerAttribute(node: OnnxNode, name: string): number | undefined {
  const integers = integersAttribute(node, name);
  // A writer may leave out a zero.
  return integers && (integers[0] ?? 0);
}

/** The data type of a `Constant` node's tensor, or undefined. */
export function constantType(node: OnnxNode): number | undefined {
  const tensor = node.attributes.map(parseAttribute).find((attribute) => attribute.tensor)?.tensor;
  return tensor && parseTensorHead(tensor).dataType;
}
