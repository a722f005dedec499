import { type Attribute, parseAttribute } from './attributes.js';
import type { OnnxGraph } from './graph.js';
import { parseTensorHead } from './model.js';
import { DATA_TYPE, TENSOR } from './schema.js';
import { forEachField, readIntegers } from './wire.js';

/** A small tensor of integers. */
export interface Integers {
  dims: readonly number[];
  values: readonly number[];
}

/** The 64-bit integers that `value` is, where it is a constant that stands in the graph itself; undefined for others. */
export function integersOf(graph: OnnxGraph, value: string): Integers | undefined {
  const data = graph.initializer(value)?.data;
  if (data !== undefined) return data.in === 'message' ? tensorIntegers(data.bytes) : undefined;
  const node = graph.producer(value);
  if (node?.opType !== 'Constant') return undefined;
  const [attribute] = node.attributes.map(parseAttribute);
  return attribute && constantIntegers(attribute);
}

/** The sizes of a constant, where it is no more than a tensor or a number. */
export function dimsOf(graph: OnnxGraph, value: string): readonly number[] | undefined {
  const node = graph.producer(value);
  if (node?.opType !== 'Constant') return graph.initializer(value)?.dims;
  const [attribute] = node.attributes.map(parseAttribute);
  if (attribute?.tensor !== undefined) return parseTensorHead(attribute.tensor).dims;
  return attribute?.name === 'value_int' || attribute?.name === 'value_float' ? [] : undefined;
}

function constantIntegers({ name, integers: values, tensor }: Attribute): Integers | undefined {
  if (tensor !== undefined) return tensorIntegers(tensor);
  if (name === 'value_int') return { dims: [], values };
  return name === 'value_ints' ? { dims: [values.length], values } : undefined;
}

function tensorIntegers(message: Uint8Array): Integers | undefined {
  const tensor = { dims: [] as number[], values: [] as number[], dataType: 0 };
  forEachField(message, (number, type, reader) => {
    if (number === TENSOR.dims) readIntegers(type, reader, tensor.dims);
    else if (number === TENSOR.dataType) tensor.dataType = reader.int32();
    else if (number === TENSOR.int64Data) readIntegers(type, reader, tensor.values);
    else if (number === TENSOR.rawData) tensor.values = rawIntegers(reader.bytes());
  });
  return tensor.dataType === DATA_TYPE.int64 ? tensor : undefined;
}

function rawIntegers(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}
