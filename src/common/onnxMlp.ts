import type { GraphNode, GraphPart } from './onnxWriter.js';
import type { NamedTensors } from './safetensors.js';

/**
 * The layers of a multilayer perceptron as a part of an ONNX graph: a `Gemm` each, with `Relu` between them.
 * @param names of weights `[in, out]` and biases `[out]` among the tensors, in turns
 */
export function denseLayers(
  tensors: NamedTensors,
  names: readonly string[],
  input: string,
  last: string,
): GraphPart {
  const nodes: GraphNode[] = [];
  const layers = names.length / 2;
  let read = input;
  for (let i = 0; i < layers; i++) {
    const output = i === layers - 1 ? last : `z${i}`;
    nodes.push({ op: 'Gemm', inputs: [read, names[2 * i], names[2 * i + 1]], output });
    read = `h${i + 1}`;
    if (output !== last) nodes.push({ op: 'Relu', inputs: [output], output: read });
  }
  return { nodes, initializers: names.map((name) => [name, tensors[name]]) };
}
