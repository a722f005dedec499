import {
  denseLayers,
  type GraphNode,
  type GraphPart,
  type GraphPort,
  type NamedTensor,
  writeOnnx,
} from '../../common/index.js';
import type { HeadSpec, HeadTensors } from '../types.js';
import { convGraph } from './convGraph.js';
import { inputSize, layerSizes, type NetName, netLayout } from './head.js';

/** Names of the graphs' inputs: states `[rows, inputs]`; candidates `[rows, k]` and rows `[actions, d]`. */
export const INPUT = 'x';
export const CANDIDATES = 'candidates';
export const ACTION_ROWS = 'rows';
/** Name of a graph's output. */
export const OUTPUT = 'y';

/**
 * One of the head's nets as a small ONNX model, output `[rows, outputs]`: standardisation, convolutions where it has
 * them, then `Gemm` and `Relu` for each layer. Where `v` is told the progress, that is the last column of its input,
 * which passes unchanged.
 */
export function headGraph(net: NetName, tensors: HeadTensors, spec: HeadSpec): Uint8Array {
  const outputs = layerSizes(net, spec).at(-1) ?? 0;
  const output = { name: OUTPUT, shape: ['rows', outputs] };
  return writeOnnx(net, netPart(net, tensors, spec, OUTPUT), [states(net, spec)], output);
}

/** The products of `g` with the rows of every state's candidates, `g(h) . e_a`, as a model: output `[rows, k, 1]`. */
export function advantageGraph(tensors: HeadTensors, spec: HeadSpec): Uint8Array {
  const { nodes, initializers } = netPart('g', tensors, spec, 'g');
  const inputs = [
    states('g', spec),
    { name: CANDIDATES, shape: ['rows', 'k'], type: 'int32' },
    { name: ACTION_ROWS, shape: ['actions', spec.actionSize] },
  ] as const;
  const products: GraphNode[] = [
    { op: 'Gather', inputs: [ACTION_ROWS, CANDIDATES], output: 'gathered' },
    { op: 'Unsqueeze', inputs: ['g'], output: 'column', attributes: { axes: [2] } },
    { op: 'MatMul', inputs: ['gathered', 'column'], output: OUTPUT },
  ];
  const part = { nodes: [...nodes, ...products], initializers };
  return writeOnnx('advantages', part, inputs, { name: OUTPUT, shape: ['rows', 'k', 1] });
}

function states(net: NetName, spec: HeadSpec): GraphPort {
  return { name: INPUT, shape: ['rows', inputSize(net, spec)] };
}

/** A net's nodes, from its input to `output`. */
function netPart(net: NetName, tensors: HeadTensors, spec: HeadSpec, output: string): GraphPart {
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
    denseLayers(tensors, names.slice(convNames.length), first, output),
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
