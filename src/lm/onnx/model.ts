import {
  ATTRIBUTE,
  DATA_TYPE,
  DIMENSION,
  ENTRY,
  EXTERNAL,
  GRAPH,
  NODE,
  OPSET,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './schema.js';
import { forEachField, readIntegers } from './wire.js';

/** A node of the graph, with its message's bytes as they stand in the file. */
export interface OnnxNode {
  name: string;
  opType: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Names that the graphs in its attributes, such as the branches of an If, read: their own, and those around them. */
  captures: readonly string[];
  /** Its attributes' messages. */
  attributes: readonly Uint8Array[];
  bytes: Uint8Array;
}

/** Where a tensor's numbers lie: in the message itself, or at a place in a file. */
export type TensorData =
  | { in: 'message'; bytes: Uint8Array }
  | { in: 'model'; offset: number; length: number }
  | { in: 'external'; location: string; offset: number; length: number | undefined };

/** An initializer: a weight or a constant. */
export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  dataType: number;
  data: TensorData;
}

/** An input or output of the graph, or the declared type of a value in it. */
export interface ValueInfo {
  name: string;
  elemType: number | undefined;
  /** Sizes, or names of sizes that vary; undefined where no shape is declared. */
  shape: readonly (number | string)[] | undefined;
  bytes: Uint8Array;
}

/** A graph as read from its file, without its weights: a model's, or a branch of an If. */
export interface OnnxGraphParts {
  nodes: readonly OnnxNode[];
  initializers: readonly OnnxTensor[];
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  valueInfo: readonly ValueInfo[];
  /** Fields of the graph that are not listed here, with their tags. */
  otherGraphFields: readonly Uint8Array[];
}

/** A model as read from its file, without its weights. */
export interface OnnxModel extends OnnxGraphParts {
  /** The file's path. */
  path: string;
  /** Fields of the model other than the graph, with their tags: versions, opsets, functions, metadata. */
  otherFields: readonly Uint8Array[];
  /** Version of the default operator set. */
  opset: number;
}

/** Reads a NodeProto. */
export function parseNode(bytes: Uint8Array): OnnxNode {
  const values = { inputs: [] as string[], outputs: [] as string[], captures: [] as string[] };
  const node = { name: '', opType: '', domain: '', ...values, attributes: [] as Uint8Array[], bytes };
  forEachField(bytes, (number, _type, reader) => {
    if (number === NODE.input) node.inputs.push(reader.string());
    else if (number === NODE.output) node.outputs.push(reader.string());
    else if (number === NODE.name) node.name = reader.string();
    else if (number === NODE.opType) node.opType = reader.string();
    else if (number === NODE.domain) node.domain = reader.string();
    else if (number === NODE.attribute) node.attributes.push(reader.bytes());
  });
  for (const attribute of node.attributes) addCaptures(attribute, node.captures);
  return node;
}

/** Adds the names that the graphs in an AttributeProto read. */
function addCaptures(attribute: Uint8Array, names: string[]): void {
  forEachField(attribute, (number, _type, reader) => {
    if (number !== ATTRIBUTE.graph) return;
    forEachField(reader.bytes(), (field, _, inner) => {
      if (field === GRAPH.output) names.push(parseValueInfo(inner.bytes()).name);
      if (field !== GRAPH.node) return;
      const { inputs, captures } = parseNode(inner.bytes());
      names.push(...inputs, ...captures);
    });
  });
}

/** What a TensorProto says about itself beside its numbers. */
export interface TensorHead {
  name: string;
  dims: number[];
  dataType: number;
  external: boolean;
  entries: Map<string, string>;
}

/** Reads a TensorProto's fields other than its numbers. */
export function parseTensorHead(bytes: Uint8Array): TensorHead {
  const head: TensorHead = { name: '', dims: [], dataType: 0, external: false, entries: new Map() };
  forEachField(bytes, (number, type, reader) => {
    if (number === TENSOR.dims) readIntegers(type, reader, head.dims);
    else if (number === TENSOR.dataType) head.dataType = reader.int32();
    else if (number === TENSOR.name) head.name = reader.string();
    else if (number === TENSOR.dataLocation) head.external = reader.int32() === EXTERNAL;
    else if (number === TENSOR.externalData) head.entries.set(...parseEntry(reader.bytes()));
  });
  return head;
}

function parseEntry(bytes: Uint8Array): [string, string] {
  const entry: [string, string] = ['', ''];
  forEachField(bytes, (number, _type, reader) => {
    if (number === ENTRY.key) entry[0] = reader.string();
    else if (number === ENTRY.value) entry[1] = reader.string();
  });
  return entry;
}

/** Reads a ValueInfoProto. */
export function parseValueInfo(bytes: Uint8Array): ValueInfo {
  const info: ValueInfo = { name: '', elemType: undefined, shape: undefined, bytes };
  forEachField(bytes, (number, _type, reader) => {
    if (number === VALUE_INFO.name) info.name = reader.string();
    else if (number === VALUE_INFO.type) Object.assign(info, parseType(reader.bytes()));
  });
  return info;
}

function parseType(bytes: Uint8Array): Pick<ValueInfo, 'elemType' | 'shape'> {
  const type: Pick<ValueInfo, 'elemType' | 'shape'> = { elemType: undefined, shape: undefined };
  forEachField(bytes, (number, _type, reader) => {
    if (number !== TYPE.tensor) return;
    forEachField(reader.bytes(), (field, _, inner) => {
      if (field === TENSOR_TYPE.elemType) type.elemType = inner.int32();
      else if (field === TENSOR_TYPE.shape) type.shape = parseShape(inner.bytes());
    });
  });
  return type;
}

function parseShape(bytes: Uint8Array): (number | string)[] {
  const shape: (number | string)[] = [];
  forEachField(bytes, (number, _type, reader) => {
    if (number !== SHAPE.dim) return;
    let size: number | string = '';
    forEachField(reader.bytes(), (field, _, inner) => {
      if (field === DIMENSION.value) size = Number(inner.int64());
      else if (field === DIMENSION.parameter) size = inner.string();
    });
    shape.push(size);
  });
  return shape;
}

/** The default operator set's version from an OperatorSetIdProto, or undefined for another domain. */
export function parseOpset(bytes: Uint8Array): number | undefined {
  const opset = { domain: '', version: 0 };
  forEachField(bytes, (number, _type, reader) => {
    if (number === OPSET.domain) opset.domain = reader.string();
    else if (number === OPSET.version) opset.version = Number(reader.int64());
  });
  return opset.domain === '' || opset.domain === 'ai.onnx' ? opset.version : undefined;
}

/** Whether a type is a 16-bit float. */
export function isHalf(dataType: number | undefined): boolean {
  return dataType === DATA_TYPE.float16 || dataType === DATA_TYPE.bfloat16;
}
