import { readFileSync, writeFileSync } from 'node:fs';
import type { OnnxNode, OnnxTensor } from '../../src/lm/onnx/model.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { encodeModel, withInput } from '../../src/lm/onnx/write.js';
import { encodeTensor } from '../fixtures/lm/protobuf.js';

/** What to change in a graph: nodes that come first, and a value that others read in place of one. */
export interface Rewriting {
  added: readonly Uint8Array[];
  initializers?: readonly Uint8Array[];
  /** Which of the readers of `from` read `to` from now on. */
  reads: (node: OnnxNode) => boolean;
  from: string;
  to: string;
}

/** Writes a model of float32 weights anew, changed; all weights are in its file. */
export function rewriteModel(file: string, { added, initializers = [], reads, from, to }: Rewriting): void {
  const model = readModel(file);
  const bytes = readFileSync(file);
  const isChanged = (node: OnnxNode) => node.inputs.includes(from) && reads(node);
  if (!model.nodes.some(isChanged)) throw new Error(`no node of ${file} reads ${from} as was asked`);
  const rewritten = encodeModel(model.otherFields, {
    nodes: [
      ...added,
      ...model.nodes.map((node) => (isChanged(node) ? withInput(node, from, to) : node.bytes)),
    ],
    initializers: [...initializers, ...model.initializers.map((tensor) => embedded(tensor, bytes))],
    inputs: model.inputs.map((input) => input.bytes),
    outputs: model.outputs.map((output) => output.bytes),
    valueInfo: [],
    otherFields: model.otherGraphFields,
  });
  writeFileSync(file, rewritten);
}

/** A tensor with its numbers in it, read from the file where they lie. */
function embedded({ name, dims, data }: OnnxTensor, file: Uint8Array): Uint8Array {
  if (data.in === 'message') return data.bytes;
  if (data.in === 'external') throw new Error(`${name} lies in another file`);
  const bytes = file.subarray(data.offset, data.offset + data.length);
  return encodeTensor({ name, dims: [...dims], type: 'float32', bytes });
}
