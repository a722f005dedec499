import { InputError } from '../../common/index.js';
import type { OnnxModel, OnnxNode } from './model.js';

/**
 * The model with every node behind those whose outputs it reads. ONNX asks for this order, and ONNX Runtime does not.
 * @throws InputError naming a node that is made of its own outputs.
 */
export function inOrder(model: OnnxModel): OnnxModel {
  const makers = new Map<string, OnnxNode>();
  for (const node of model.nodes) for (const output of node.outputs) makers.set(output, node);
  const missing = new Map<OnnxNode, number>();
  const readers = new Map<OnnxNode, OnnxNode[]>();
  for (const node of model.nodes) {
    const needed = new Set([...node.inputs, ...node.captures].flatMap((value) => makers.get(value) ?? []));
    missing.set(node, needed.size);
    for (const maker of needed) readers.set(maker, [...(readers.get(maker) ?? []), node]);
  }
  const nodes = model.nodes.filter((node) => missing.get(node) === 0);
  // The list grows while it is walked over.
  for (const node of nodes) {
    for (const reader of readers.get(node) ?? []) {
      const left = (missing.get(reader) ?? 0) - 1;
      missing.set(reader, left);
      if (left === 0) nodes.push(reader);
    }
  }
  const stuck = model.nodes.find((node) => (missing.get(node) ?? 0) > 0);
  if (stuck === undefined) return { ...model, nodes };
  throw new InputError(
    `${model.path}: node '${stuck.name}' (${stuck.opType}) is made of its own outputs: export the model again`,
  );
}
