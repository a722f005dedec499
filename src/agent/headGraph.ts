import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { layerSizes, type NetName, tensorNames } from './head.js';
import type { HeadSpec, HeadTensors, NamedTensor } from './types.js';

/** Name of the graph's input, `[rows, inputs]`. */
export const INPUT = 'x';
/** Name of the graph's output, `[rows, outputs]`. */
export const OUTPUT = 'y';

/** ONNX's code for 32-bit floats. */
const FLOAT = 1;
/** The operators are old: any recent version of the set has them unchanged. */
const OPSET = 17;
const IR_VERSION = 8;

/** A node of the graph: an operator and the names of what it reads and writes. */
interface GraphNode {
  op: string;
  inputs: string[];
  output: string;
}

/**
 * One of the head's nets as a small ONNX model (field numbers from onnx.proto): standardisation, then `Gemm` and
 * `Relu` for each layer. `g` reads `[rows, d]`, `v` reads `[rows, d + 1]`, whose last column passes unchanged.
 */
export function headGraph(net: NetName, tensors: HeadTensors, spec: HeadSpec): Uint8Array {
  const sizes = layerSizes(net, spec);
  const names = tensorNames(net, spec);
  const initializers: [string, NamedTensor][] = [
    ['mean', widened(tensors['input.mean'], sizes[0], 0)],
    ['scale', widened(tensors['input.scale'], sizes[0], 1)],
    ...names.map((name): [string, NamedTensor] => [name, tensors[name]]),
  ];
  const graph = new BinaryWriter();
  for (const node of nodesOf(names)) message(graph, 1, writeNode(node));
  graph.tag(2, WireType.LengthDelimited).string(net);
  for (const [name, tensor] of initializers) message(graph, 5, writeTensor(name, tensor));
  message(graph, 11, writeValueInfo(INPUT, sizes[0]));
  message(graph, 12, writeValueInfo(OUTPUT, sizes[sizes.length - 1]));
  const model = new BinaryWriter();
  model.tag(1, WireType.Varint).int64(IR_VERSION);
  message(model, 7, graph);
  message(model, 8, new BinaryWriter().tag(2, WireType.Varint).int64(OPSET));
  return model.finish();
}

function nodesOf(names: readonly string[]): GraphNode[] {
  const nodes: GraphNode[] = [
    { op: 'Sub', inputs: [INPUT, 'mean'], output: 'shifted' },
    { op: 'Mul', inputs: ['shifted', 'scale'], output: 'h0' },
  ];
  const layers = names.length / 2;
  for (let i = 0; i < layers; i++) {
    const last = i === layers - 1;
    const inputs = [`h${i}`, names[2 * i], names[2 * i + 1]];
    nodes.push({ op: 'Gemm', inputs, output: last ? OUTPUT : `z${i}` });
    if (!last) nodes.push({ op: 'Relu', inputs: [`z${i}`], output: `h${i + 1}` });
  }
  return nodes;
}

/** A vector made longer, so that the progress beside the state passes the standardisation unchanged. */
function widened(tensor: NamedTensor, size: number, filler: number): NamedTensor {
  const data = new Float32Array(size).fill(filler);
  data.set(tensor.data);
  return { shape: [size], data };
}

function message(writer: BinaryWriter, field: number, inner: BinaryWriter): void {
  writer.tag(field, WireType.LengthDelimited).bytes(inner.finish());
}

function writeNode({ op, inputs, output }: GraphNode): BinaryWriter {
  const writer = new BinaryWriter();
  for (const input of inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  writer.tag(2, WireType.LengthDelimited).string(output);
  return writer.tag(4, WireType.LengthDelimited).string(op);
}

function writeTensor(name: string, { shape, data }: NamedTensor): BinaryWriter {
  const writer = new BinaryWriter();
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(FLOAT);
  writer.tag(8, WireType.LengthDelimited).string(name);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

/** A float input or output of shape `[rows, columns]`, any number of rows. */
function writeValueInfo(name: string, columns: number): BinaryWriter {
  const shape = new BinaryWriter();
  message(shape, 1, new BinaryWriter().tag(2, WireType.LengthDelimited).string('rows'));
  message(shape, 1, new BinaryWriter().tag(1, WireType.Varint).int64(columns));
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(FLOAT);
  message(tensor, 2, shape);
  const type = new BinaryWriter();
  message(type, 1, tensor);
  const value = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  message(value, 2, type);
  return value;
}
