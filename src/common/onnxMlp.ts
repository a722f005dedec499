import type { GraphNode, GraphPart } from './onnxWriter.js';
import type { NamedTensor, NamedTensors } from './safetensors.js';

/** What standardises a net's input, `(x - mean) * scale`. */
export interface Standardisation {
  /** `[in]` or shorter: the inputs behind are not standardised. */
  mean: Float32Array;
  /** As long as the mean. */
  scale: Float32Array;
}

interface DenseLayer {
  weight: NamedTensor;
  bias: NamedTensor;
}

/**
 * The layers of a multilayer perceptron as a part of an ONNX graph: a `Gemm` each, with `Relu` between them.
 * @param names of weights `[in, out]` and biases `[out]` among the tensors, in turns
 * @param standardisation of the input, which the first layer then does
 */
export function denseLayers(
  tensors: NamedTensors,
  names: readonly string[],
  input: string,
  last: string,
  standardisation?: Standardisation,
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
  const initializers: GraphPart['initializers'] = names.map((name) => [name, tensors[name]]);
  if (standardisation) {
    const [[weightName, weight], [biasName, bias]] = initializers;
    const first = standardisingLayer({ weight, bias }, standardisation);
    initializers.splice(0, 2, [weightName, first.weight], [biasName, first.bias]);
  }
  return { nodes, initializers };
}

/**
 * The first layer of a net for inputs that are standardised, `(x - mean) * scale`, as a layer for `x` itself, which saves two
 * passes.
 * @param layer weight `[in, out]` and bias `[out]`
 */
export function standardisingLayer(layer: DenseLayer, { mean, scale }: Standardisation): DenseLayer {
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
