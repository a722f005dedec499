import type { HeadSpec, HeadTensors, NamedTensor } from '../types.js';
import { convGraph } from './convGraph.js';
import { inputSize, layerSizes, type NetName, netLayout } from './head.js';
import { type GraphNode, type GraphPart, writeModel } from './onnxWriter.js';

/** Name of the graph's input, `[rows, inputs]`. */
export const INPUT = 'x';
/** Name of the graph's output, `[rows, outputs]`. */
export const OUTPUT = 'y';

/**
 * One of the head's nets as a small ONNX model: standardisation, convolutions where it has them, then `Gemm` and `Relu`
 * for each layer. Where `v` is told the progress, that is the last column of its input, which passes unchanged.
 */
export function headGraph(net: NetName, tensors: HeadTensors, spec: HeadSpec): Uint8Array {
  const inputs = inputSize(net, spec);
  const outputs = layerSizes(net, spec).at(-1) ?? 0;
  const names = netLayout(net, spec).map(({ name }) => name);
  const { layers = [], shape = [] } = spec.image ?? {};
  const convNames = names.slice(0, 2 * layers.length);
  const first = layers.length > 0 ? 'features' : 'standardised';
  const parts: GraphPart[] = [
    standardisation(tensors, inputs),
    ...(layers.length > 0
      ? [
          convGraph({
            input: 'standardised',
            output: first,
            shape,
            layers,
            tensors: convNames.map((name) => tensors[name]),
          }),
        ]
      : []),
    denseLayers(tensors, names.slice(convNames.length), first),
  ];
  const whole = {
    nodes: parts.flatMap(({ nodes }) => nodes),
    initializers: parts.flatMap(({ initializers }) => initializers),
  };
  return writeModel(net, whole, { name: INPUT, columns: inputs }, { name: OUTPUT, columns: outputs });
}

function standardisation(tensors: HeadTensors, inputs: number): GraphPart {
  return {
    nodes: [
      { op: 'Sub', inputs: [INPUT, 'mean'], output: 'shifted' },
      { op: 'Mul', inputs: ['shifted', 'scale'], output: 'standardised' },
    ],
    initializers: [
      ['mean', widened(tensors['input.mean'], inputs, 0)],
      ['scale', widened(tensors['input.scale'], inputs, 1)],
    ],
  };
}

function denseLayers(tensors: HeadTensors, names: readonly string[], input: string): GraphPart {
  const nodes: GraphNode[] = [];
  const layers = names.length / 2;
  let last = input;
  for (let i = 0; i < layers; i++) {
    const output = i === layers - 1 ? OUTPUT : `z${i}`;
    nodes.push({ op: 'Gemm', inputs: [last, names[2 * i], names[2 * i + 1]], output });
    last = `h${i + 1}`;
    if (output !== OUTPUT) nodes.push({ op: 'Relu', inputs: [output], output: last });
  }
  return { nodes, initializers: names.map((name) => [name, tensors[name]]) };
}

/** A vector made longer, so that the progress beside the state passes the standardisation unchanged. */
function widened(tensor: NamedTensor, size: number, filler: number): NamedTensor {
  const data = new Float32Array(size).fill(filler);
  data.set(tensor.data);
  return { shape: [size], data };
}
