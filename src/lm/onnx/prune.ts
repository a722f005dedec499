import { OnnxGraph } from './graph.js';
import type { OnnxModel } from './model.js';

/** The part of a model that makes the outputs of `names`: nodes, weights and inputs that these do not need are left out. */
export function prune(model: OnnxModel, names: ReadonlySet<string>): OnnxModel {
  const graph = new OnnxGraph(model);
  const outputs = model.outputs.filter((output) => names.has(output.name));
  const nodes = graph.ancestors([...names]);
  const used = new Set([...names, ...nodes.flatMap((node) => [...node.inputs, ...node.captures])]);
  const made = new Set(nodes.flatMap((node) => node.outputs));
  return {
    ...model,
    nodes,
    outputs,
    initializers: graph.initializersNamed(used),
    inputs: model.inputs.filter((input) => used.has(input.name)),
    valueInfo: model.valueInfo.filter((info) => made.has(info.name)),
  };
}
