import type { OnnxNode, OnnxTensor } from './model.js';
import {
  ATTRIBUTE,
  ATTRIBUTE_INT,
  DATA_TYPE,
  DIMENSION,
  ENTRY,
  EXTERNAL,
  GRAPH,
  MODEL,
  NODE,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './schema.js';
import { BinaryReader, BinaryWriter, writeBytes, writeInteger, writeString } from './wire.js';

/** Where the numbers of a weight lie, relative to the folder that ONNX Runtime is told. */
export interface ExternalPlace {
  location: string;
  offset: number;
  length: number | undefined;
}

/** The parts of a graph to write, each the bytes of its message. */
export interface GraphParts {
  nodes: readonly Uint8Array[];
  initializers: readonly Uint8Array[];
  inputs: readonly Uint8Array[];
  outputs: readonly Uint8Array[];
  valueInfo: readonly Uint8Array[];
  /** Further fields of the graph, with their tags. */
  otherFields: readonly Uint8Array[];
}

/** A ModelProto. `otherFields` are fields of the model beside the graph, with their tags. */
export function encodeModel(otherFields: readonly Uint8Array[], parts: GraphParts): Uint8Array {
  const graph = new BinaryWriter();
  for (const field of parts.otherFields) graph.raw(field);
  for (const bytes of parts.nodes) writeBytes(graph, GRAPH.node, bytes);
  for (const bytes of parts.initializers) writeBytes(graph, GRAPH.initializer, bytes);
  for (const bytes of parts.inputs) writeBytes(graph, GRAPH.input, bytes);
  for (const bytes of parts.outputs) writeBytes(graph, GRAPH.output, bytes);
  for (const bytes of parts.valueInfo) writeBytes(graph, GRAPH.valueInfo, bytes);
  const model = new BinaryWriter();
  for (const field of otherFields) model.raw(field);
  return writeBytes(model, MODEL.graph, graph.finish()).finish();
}

/** The field that names a graph, with its tag. */
export function encodeGraphName(name: string): Uint8Array {
  return writeString(new BinaryWriter(), GRAPH.name, name).finish();
}

/** A NodeProto with integer attributes. */
export function encodeNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, number>> = {},
  domain = '',
): Uint8Array {
  const writer = new BinaryWriter();
  for (const input of inputs) writeString(writer, NODE.input, input);
  for (const output of outputs) writeString(writer, NODE.output, output);
  writeString(writer, NODE.name, outputs[0] ?? opType);
  writeString(writer, NODE.opType, opType);
  for (const [name, value] of Object.entries(attributes)) {
    writeBytes(writer, NODE.attribute, encodeInteger(name, value));
  }
  if (domain !== '') writeString(writer, NODE.domain, domain);
  return writer.finish();
}

function encodeInteger(name: string, value: number): Uint8Array {
  const writer = writeString(new BinaryWriter(), ATTRIBUTE.name, name);
  writeInteger(writer, ATTRIBUTE.integer, value);
  return writeInteger(writer, ATTRIBUTE.type, ATTRIBUTE_INT).finish();
}

/** The node's bytes with every input `from` replaced by `to`; all else as it stands. */
export function withInput(node: OnnxNode, from: string, to: string): Uint8Array {
  return withNames(node, new Map([[from, to]]), [NODE.input]);
}

/** The node's bytes with other names for values among its inputs and outputs; all else as it stands. */
export function withNames(
  node: OnnxNode,
  names: ReadonlyMap<string, string>,
  fields: readonly number[] = [NODE.input, NODE.output],
): Uint8Array {
  const writer = new BinaryWriter();
  const reader = new BinaryReader(node.bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, type] = reader.tag();
    if (fields.includes(number)) {
      const value = reader.string();
      writeString(writer, number, names.get(value) ?? value);
    } else {
      reader.skip(type, number);
      writer.raw(node.bytes.subarray(start, reader.pos));
    }
  }
  return writer.finish();
}

/** A ValueInfoProto of a tensor. Without a shape, ONNX Runtime infers it. */
export function encodeValueInfo(
  name: string,
  elemType: number,
  shape?: readonly (number | string)[],
): Uint8Array {
  const tensor = writeInteger(new BinaryWriter(), TENSOR_TYPE.elemType, elemType);
  if (shape !== undefined) writeBytes(tensor, TENSOR_TYPE.shape, encodeShape(shape));
  const type = writeBytes(new BinaryWriter(), TYPE.tensor, tensor.finish()).finish();
  return writeBytes(writeString(new BinaryWriter(), VALUE_INFO.name, name), VALUE_INFO.type, type).finish();
}

function encodeShape(shape: readonly (number | string)[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const size of shape) {
    const dimension = new BinaryWriter();
    if (typeof size === 'number') writeInteger(dimension, DIMENSION.value, size);
    else writeString(dimension, DIMENSION.parameter, size);
    writeBytes(writer, SHAPE.dim, dimension.finish());
  }
  return writer.finish();
}

/** A TensorProto of 64-bit integers: a list, or a scalar. */
export function encodeIntegers(name: string, values: readonly bigint[]): Uint8Array {
  const writer = writeInteger(new BinaryWriter(), TENSOR.dims, values.length);
  writeInteger(writer, TENSOR.dataType, DATA_TYPE.int64);
  for (const value of values) writeInteger(writer, TENSOR.int64Data, value);
  return writeString(writer, TENSOR.name, name).finish();
}

/** A TensorProto whose numbers lie in a file. */
export function encodeExternal(tensor: OnnxTensor, place: ExternalPlace): Uint8Array {
  const writer = new BinaryWriter();
  for (const size of tensor.dims) writeInteger(writer, TENSOR.dims, size);
  writeInteger(writer, TENSOR.dataType, tensor.dataType);
  writeString(writer, TENSOR.name, tensor.name);
  writeBytes(writer, TENSOR.externalData, encodeEntry('location', place.location));
  writeBytes(writer, TENSOR.externalData, encodeEntry('offset', String(place.offset)));
  if (place.length !== undefined) {
    writeBytes(writer, TENSOR.externalData, encodeEntry('length', String(place.length)));
  }
  return writeInteger(writer, TENSOR.dataLocation, EXTERNAL).finish();
}

function encodeEntry(key: string, value: string): Uint8Array {
  return writeString(writeString(new BinaryWriter(), ENTRY.key, key), ENTRY.value, value).finish();
}
