import type { FileWindow } from './fileWindow.js';
import {
  type OnnxGraphParts,
  type OnnxNode,
  type OnnxTensor,
  parseNode,
  parseTensorHead,
  parseValueInfo,
  type TensorData,
  type TensorHead,
  type ValueInfo,
} from './model.js';
import { ATTRIBUTE, GRAPH, NODE, TENSOR } from './schema.js';
import { BinaryWriter, fileFields, type WireField } from './wire.js';

// Weights of at least this many bytes stay in the file; smaller ones may be shapes that ORT wants to see.
const REFERENCE_BYTES = 1024;

/** A graph that is being read. */
export interface GraphLists extends OnnxGraphParts {
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  valueInfo: ValueInfo[];
  otherGraphFields: Uint8Array[];
}

/** An If node that stands apart from its graph. */
export interface Branching {
  /** Without its attributes. */
  node: OnnxNode;
  /** How many nodes of the graph stand before it. */
  position: number;
  /** By `then_branch` and `else_branch`. */
  branches: ReadonlyMap<string, OnnxGraphParts>;
}

export function emptyGraph(): GraphLists {
  return { nodes: [], initializers: [], inputs: [], outputs: [], valueInfo: [], otherGraphFields: [] };
}

/**
 * Reads a GraphProto: of its weights only the places.
 * @param condition If nodes that this value decides are left out, and returned with their branches.
 */
export function readGraph(
  file: FileWindow,
  graph: WireField,
  into: GraphLists,
  condition?: string,
): Branching[] {
  const branchings: Branching[] = [];
  for (const field of fileFields(file, graph.start, graph.end)) {
    if (field.number === GRAPH.initializer) into.initializers.push(readTensor(file, field));
    else if (field.number === GRAPH.node) {
      const branching = condition === undefined ? undefined : readBranching(file, field, condition, into);
      if (branching === undefined) readNode(file, field, into);
      else branchings.push(branching);
    } else readDeclaration(file, field, into);
  }
  return branchings;
}

function readDeclaration(file: FileWindow, field: WireField, into: GraphLists): void {
  const bytes = file.copy(field.start, field.end);
  if (field.number === GRAPH.input) into.inputs.push(parseValueInfo(bytes));
  else if (field.number === GRAPH.output) into.outputs.push(parseValueInfo(bytes));
  else if (field.number === GRAPH.valueInfo) into.valueInfo.push(parseValueInfo(bytes));
  else into.otherGraphFields.push(file.copy(field.tag, field.end));
}

/** Reads a node. A large Constant is a weight like any other. */
function readNode(file: FileWindow, field: WireField, into: GraphLists): void {
  const large = field.end - field.start >= REFERENCE_BYTES;
  const weight = large ? readConstant(file, field) : undefined;
  if (weight === undefined) into.nodes.push(parseNode(file.copy(field.start, field.end)));
  else into.initializers.push(weight);
}

function readConstant(file: FileWindow, field: WireField): OnnxTensor | undefined {
  const { node, attributes } = readNodeHead(file, field);
  if (node.opType !== 'Constant') return undefined;
  for (const attribute of attributes) {
    for (const part of fileFields(file, attribute.start, attribute.end)) {
      const tensor = part.number === ATTRIBUTE.tensor ? readTensor(file, part) : undefined;
      if (tensor !== undefined && tensor.data.in !== 'message') return { ...tensor, name: node.outputs[0] };
    }
  }
  return undefined;
}

function readBranching(
  file: FileWindow,
  field: WireField,
  condition: string,
  { nodes }: GraphLists,
): Branching | undefined {
  const { node, attributes } = readNodeHead(file, field);
  if (node.opType !== 'If' || node.inputs[0] !== condition) return undefined;
  const branches = new Map<string, OnnxGraphParts>();
  for (const attribute of attributes) {
    const branch = emptyGraph();
    let name = '';
    for (const part of fileFields(file, attribute.start, attribute.end)) {
      if (part.number === ATTRIBUTE.name) {
        name = Buffer.from(file.view(part.start, part.end)).toString();
      } else if (part.number === ATTRIBUTE.graph) readGraph(file, part, branch);
    }
    branches.set(name, branch);
  }
  return { node, position: nodes.length, branches };
}

/** A node without its attributes, and where these lie. */
function readNodeHead(file: FileWindow, field: WireField): { node: OnnxNode; attributes: WireField[] } {
  const head = new BinaryWriter();
  const attributes: WireField[] = [];
  for (const part of fileFields(file, field.start, field.end)) {
    if (part.number === NODE.attribute) attributes.push(part);
    else head.raw(file.copy(part.tag, part.end));
  }
  return { node: parseNode(head.finish()), attributes };
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
