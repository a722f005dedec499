import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { NamedTensor } from './safetensors.js';

/** ONNX's code for single-precision numbers. */
const FLOAT = 1;
/** ONNX's code for an attribute that is a list of integers. */
const INTS = 7;
/** The operators in use are old: later sets have them unchanged. */
const OPSET = 12;
const IR_VERSION = 8;

/** A node of a graph: an operator and the names of what it reads and writes. */
export interface GraphNode {
  op: string;
  inputs: string[];
  output: string;
  /** Attributes that are lists of integers, such as `perm` of `Transpose`. */
  attributes?: Record<string, readonly number[]>;
}

/** Nodes in order, and the constants that they read. */
export interface GraphPart {
  nodes: GraphNode[];
  initializers: [name: string, tensor: NamedTensor][];
}

/** An input or output, of single-precision numbers. */
interface GraphPort {
  name: string;
  /** Sizes, or names of sizes that vary. */
  shape: readonly (number | string)[];
}

/** A small ONNX model with one output (field numbers from onnx.proto). */
export function writeOnnx(
  name: string,
  part: GraphPart,
  inputs: readonly GraphPort[],
  output: GraphPort,
): Uint8Array {
  const graph = new BinaryWriter();
  for (const node of part.nodes) message(graph, 1, writeNode(node));
  graph.tag(2, WireType.LengthDelimited).string(name);
  for (const [tensorName, tensor] of part.initializers) message(graph, 5, writeTensor(tensorName, tensor));
  for (const input of inputs) message(graph, 11, writePort(input));
  message(graph, 12, writePort(output));
  const model = new BinaryWriter();
  model.tag(1, WireType.Varint).int64(IR_VERSION);
  message(model, 7, graph);
  message(model, 8, new BinaryWriter().tag(2, WireType.Varint).int64(OPSET));
  return model.finish();
}

function message(writer: BinaryWriter, field: number, inner: BinaryWriter): void {
  writer.tag(field, WireType.LengthDelimited).bytes(inner.finish());
}

function writeNode({ op, inputs, output, attributes = {} }: GraphNode): BinaryWriter {
  const writer = new BinaryWriter();
  for (const input of inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  writer.tag(2, WireType.LengthDelimited).string(output);
  writer.tag(4, WireType.LengthDelimited).string(op);
  for (const [name, values] of Object.entries(attributes)) message(writer, 5, writeIntegers(name, values));
  return writer;
}

function writeIntegers(name: string, values: readonly number[]): BinaryWriter {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  for (const value of values) writer.tag(8, WireType.Varint).int64(value);
  return writer.tag(20, WireType.Varint).int32(INTS);
}

function writeTensor(name: string, { shape, data }: NamedTensor): BinaryWriter {
  const writer = new BinaryWriter();
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(FLOAT);
  writer.tag(8, WireType.LengthDelimited).string(name);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

function writePort({ name, shape }: GraphPort): BinaryWriter {
  const sizes = new BinaryWriter();
  for (const size of shape) message(sizes, 1, writeSize(size));
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(FLOAT);
  message(tensor, 2, sizes);
  const whole = new BinaryWriter();
  message(whole, 1, tensor);
  const value = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  message(value, 2, whole);
  return value;
}

function writeSize(size: number | string): BinaryWriter {
  const writer = new BinaryWriter();
  if (typeof size === 'number') return writer.tag(1, WireType.Varint).int64(size);
  return writer.tag(2, WireType.LengthDelimited).string(size);
}
