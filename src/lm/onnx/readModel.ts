import { InputError } from '../../common/index.js';
import { FileWindow } from './fileWindow.js';
import { type OnnxModel, parseOpset } from './model.js';
import { type Branching, emptyGraph, readGraph } from './readGraph.js';
import { MODEL } from './schema.js';
import { fileFields, WireError } from './wire.js';

/**
 * Reads a model's graph from its file without its weights: of a weight only the place is noted.
 * @param path The `.onnx` file.
 * @throws InputError when the file is not a whole ONNX model.
 */
export function readModel(path: string): OnnxModel {
  return readBranchedModel(path).model;
}

/**
 * Reads a model that goes one of two ways by an input.
 * @param condition The input; the If nodes that it decides are left out of the graph, and returned with their branches.
 * @throws InputError when the file is not a whole ONNX model.
 */
export function readBranchedModel(
  path: string,
  condition?: string,
): { model: OnnxModel; branchings: Branching[] } {
  const file = new FileWindow(path);
  try {
    return readModelProto(file, condition);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new InputError(
      `${path} is not a whole ONNX model (it ${error.message}): download or export it again`,
    );
  } finally {
    file.close();
  }
}

function readModelProto(file: FileWindow, condition: string | undefined) {
  const graph = emptyGraph();
  const branchings: Branching[] = [];
  const otherFields: Uint8Array[] = [];
  let opset = 0;
  for (const field of fileFields(file, 0, file.size)) {
    // A message that stands twice is merged, as protobuf's rules have it.
    if (field.number === MODEL.graph) branchings.push(...readGraph(file, field, graph, condition));
    else otherFields.push(file.copy(field.tag, field.end));
    if (field.number === MODEL.opsetImport) {
      opset = parseOpset(file.view(field.start, field.end)) ?? opset;
    }
  }
  if (graph.nodes.length + branchings.length === 0) throw new WireError('holds no graph');
  return { model: { path: file.path, otherFields, opset, ...graph }, branchings };
}
