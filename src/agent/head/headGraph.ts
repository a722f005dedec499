import { denseLayers, type GraphPart, writeOnnx } from '../../common/index.js';
import type { HeadSpec, HeadTensors } from '../types.js';
import { convGraph } from './convGraph.js';
import { inputSize, layerSizes, type NetName, netLayout } from './head.js';
import { standardisationOf } from './standardise.js';

/** Names of a graph's input, `[rows, inputs]`, and output. */
export const INPUT = 'x';
export const OUTPUT = 'y';

/**
 * One of the head's nets as a small ONNX model, output `[rows, outputs]`: `Gemm` and `Relu` for each layer, of which the
 * first standardises; or standardisation and convolutions before them. Where `v` is told the progress, that is the last
 * column of its input, which is not standardised.
 */
export function headGraph(net: NetName, tensors: HeadTensors, spec: HeadSpec): Uint8Array {
  const outputs = layerSizes(net, spec).at(-1) ?? 0;
  const output = { name: OUTPUT, shape: ['rows', outputs] };
  const input = { name: INPUT, shape: ['rows', inputSize(net, spec)] };
  return writeOnnx(net, netPart(net, tensors, spec), [input], output);
}

/** A net's nodes, from the input to the output. */
function netPart(net: NetName, tensors: HeadTensors, spec: HeadSpec): GraphPart {
  const names = netLayout(net, spec).map(({ name }) => name);
  if (spec.image === undefined) {
    return denseLayers(tensors, names, INPUT, OUTPUT, standardisationOf(tensors));
  }
  const { layers, shape } = spec.image;
  const convNames = names.slice(0, 2 * layers.length);
  const parts: GraphPart[] = [
    standardisation(tensors),
    convGraph({
      input: 'standardised',
      output: 'features',
      shape,
      layers,
      tensors: convNames.map((name) => tensors[name]),
    }),
    denseLayers(tensors, names.slice(convNames.length), 'features', OUTPUT),
  ];
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    initializers: parts.flatMap(({ initializers }) => initializers),
  };
}

function standardisation(tensors: HeadTensors): GraphPart {
  return {
    nodes: [
      { op: 'Sub', inputs: [INPUT, 'mean'], output: 'shifted' },
      { op: 'Mul', inputs: ['shifted', 'scale'], output: 'standardised' },
    ],
    initializers: [
      ['mean', tensors['input.mean']],
      ['scale', tensors['input.scale']],
    ],
  };
}
