import type { GraphNode, GraphPart } from './onnxWriter.js';
import type { NamedTensor, NamedTensors } from './safetensors.js';

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

/**
 * The first layer of a net for inputs that are standardised, `(x - mean) * scale`, as a layer for `x` itself, which saves two
 * passes.
 * @param layer weight `[in, out]` and bias `[out]`
 * @param mean `[in]` or shorter: the inputs behind are not standardised
 * @param scale as long as `mean`
 */
export function standardisingLayer(
  layer: { weight: NamedTensor; bias: NamedTensor },
  mean: Float32Array,
  scale: Float32Array,
): { weight: NamedTensor; bias: NamedTensor } {
  const weight = layer.weight.data.slice();
  const bias = Float64Array.from(layer.bias.data);
  const outputs = bias.length;
  for (let i = 0; i < mean.length; i++) {
    for (let j = 0; j < outputs; j++) {
      const scaled = weight[i * outputs + j] * scale[i];
      weight[i * outputs + j] = scaled;
      bias[j] -= mean[i] * scaled;
    }
  }
  return {
    weight: { shape: layer.weight.shape, data: weight },
    bias: { shape: layer.bias.shape, data: Float32Array.from(bias) },
  };
}
