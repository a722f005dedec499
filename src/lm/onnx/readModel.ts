import { InputError } from '../../common/index.js';
import { FileWindow } from './fileWindow.js';
import {
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  parseNode,
  parseOpset,
  parseTensorHead,
  parseValueInfo,
  type TensorData,
  type TensorHead,
  type ValueInfo,
} from './model.js';
import { GRAPH, MODEL, TENSOR } from './schema.js';
import { BinaryWriter, fileFields, WireError, type WireField } from './wire.js';

// Weights of at least this many bytes stay in the file; smaller ones may be shapes that ORT wants to see.
const REFERENCE_BYTES = 1024;

/**
 * Reads a model's graph from its file without its weights: of a weight only the place is noted.
 * @param path The `.onnx` file.
 * @throws InputError when the file is not a whole ONNX model.
 */
export function readModel(path: string): OnnxModel {
  const file = new FileWindow(path);
  try {
    return readModelProto(file);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new InputError(
      `${path} is not a whole ONNX model (it ${error.message}): download or export it again`,
    );
  } finally {
    file.close();
  }
}

interface ModelParts extends OnnxModel {
  otherFields: Uint8Array[];
  otherGraphFields: Uint8Array[];
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  valueInfo: ValueInfo[];
}

function readModelProto(file: FileWindow): OnnxModel {
  const model: ModelParts = {
    path: file.path,
    otherFields: [],
    otherGraphFields: [],
    opset: 0,
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
    valueInfo: [],
  };
  for (const field of fileFields(file, 0, file.size)) {
    // A message that stands twice is merged, as protobuf's rules have it.
    if (field.number === MODEL.graph) readGraph(file, field, model);
    else model.otherFields.push(file.copy(field.tag, field.end));
    if (field.number === MODEL.opsetImport) {
      model.opset = parseOpset(file.view(field.start, field.end)) ?? model.opset;
    }
  }
  if (model.nodes.length === 0) throw new WireError('holds no graph');
  return model;
}

function readGraph(file: FileWindow, graph: WireField, model: ModelParts): void {
  for (const field of fileFields(file, graph.start, graph.end)) {
    if (field.number === GRAPH.initializer) {
      model.initializers.push(readTensor(file, field));
      continue;
    }
    const bytes = file.copy(field.start, field.end);
    if (field.number === GRAPH.node) model.nodes.push(parseNode(bytes));
    else if (field.number === GRAPH.input) model.inputs.push(parseValueInfo(bytes));
    else if (field.number === GRAPH.output) model.outputs.push(parseValueInfo(bytes));
    else if (field.number === GRAPH.valueInfo) model.valueInfo.push(parseValueInfo(bytes));
    else model.otherGraphFields.push(file.copy(field.tag, field.end));
  }
}

function readTensor(file: FileWindow, message: WireField): OnnxTensor {
  let raw: WireField | undefined;
  const head = new BinaryWriter();
  for (const field of fileFields(file, message.start, message.end)) {
    if (field.number === TENSOR.rawData) raw = field;
    else if (field.end - field.tag < REFERENCE_BYTES) head.raw(file.copy(field.tag, field.end));
  }
  const tensor = parseTensorHead(head.finish());
  const data = locate(file, message, raw, tensor);
  return { name: tensor.name, dims: tensor.dims, dataType: tensor.dataType, data };
}

function locate(
  file: FileWindow,
  message: WireField,
  raw: WireField | undefined,
  head: TensorHead,
): TensorData {
  if (head.external) {
    const { entries } = head;
    const length = entries.get('length');
    return {
      in: 'external',
      location: entries.get('location') ?? '',
      offset: Number(entries.get('offset') ?? 0),
      length: length === undefined ? undefined : Number(length),
    };
  }
  if (raw !== undefined && raw.end - raw.start >= REFERENCE_BYTES) {
    return { in: 'model', offset: raw.start, length: raw.end - raw.start };
  }
  return { in: 'message', bytes: file.copy(message.start, message.end) };
}
