import { denseLayers, type GraphPart, type NamedTensor, writeOnnx } from '../../common/index.js';
import type { HeadSpec, HeadTensors } from '../types.js';
import { convGraph } from './convGraph.js';
import { inputSize, layerSizes, type NetName, netLayout } from './head.js';

/** Names of a graph's input, `[rows, inputs]`, and output. */
export const INPUT = 'x';
export const OUTPUT = 'y';

/**
 * One of the head's nets as a small ONNX model, output `[rows, outputs]`: standardisation, convolutions where it has
 * them, then `Gemm` and `Relu` for each layer. Where `v` is told the progress, that is the last column of its input,
 * which passes unchanged.
 */
export function headGraph(net: NetName, tensors: HeadTensors, spec: HeadSpec): Uint8Array {
  const outputs = layerSizes(net, spec).at(-1) ?? 0;
  const output = { name: OUTPUT, shape: ['rows', outputs] };
  const input = { name: INPUT, shape: ['rows', inputSize(net, spec)] };
  return writeOnnx(net, netPart(net, tensors, spec), [input], output);
}

/** A net's nodes, from the input to the output. */
function netPart(net: NetName, tensors: HeadTensors, spec: HeadSpec): GraphPart {
  const inputs = inputSize(net, spec);
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
    denseLayers(tensors, names.slice(convNames.length), first, OUTPUT),
  ];
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    initializers: parts.flatMap(({ initializers }) => initializers),
  };
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

/** A vector made longer, so that the progress beside the state passes the standardisation unchanged. */
function widened(tensor: NamedTensor, size: number, filler: number): NamedTensor {
  const data = new Float32Array(size).fill(filler);
  data.set(tensor.data);
  return { shape: [size], data };
}
