import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { OnnxGraph } from '../../src/lm/onnx/graph.js';
import { checkWidths, findLayers } from '../../src/lm/onnx/layers.js';
import { parseNode, parseValueInfo } from '../../src/lm/onnx/model.js';
import { encodeNode, encodeValueInfo } from '../../src/lm/onnx/write.js';

/** A node as `output... = operator input...`, an empty output as a dash. */
function nodeOf(line: string): Uint8Array {
  const [outputs, call] = line.split(' = ').map((side) => side.split(' '));
  const names = outputs.map((name) => (name === '-' ? '' : name));
  return encodeNode(call[0], call.slice(1), names);
}

/** A graph of such nodes, given in any order, with the cache of `layers` layers. */
function graphOf(lines: readonly string[], layers: number): OnnxGraph {
  const outputs = ['logits', ...Array.from({ length: layers }, (_, i) => `present.${i}.key`)];
  return new OnnxGraph({
    path: 'm.onnx',
    otherFields: [],
    otherGraphFields: [],
    opset: 17,
    nodes: lines.map((line) => parseNode(nodeOf(line))),
    initializers: [],
    inputs: [],
    outputs: outputs.map((name) => parseValueInfo(encodeValueInfo(name, 1))),
    valueInfo: [],
  });
}

const END = ['hidden = Norm x2', 'logits = MatMul hidden w'];
const attention = (i: number, reads: string) => [
  `present.${i}.key = MatMul ${reads} wk${i}`,
  `a${i} = Softmax present.${i}.key`,
];

/** Two layers in each way of writing, with the values where layers 0 and 1 begin. */
const GRAPHS: [string, string[], [string, string]][] = [
  [
    'norms before each part',
    [
      'x0 = Gather table input_ids',
      ...[0, 1].flatMap((i) => [
        `n${i} = LayerNormalization x${i} w`,
        ...attention(i, `n${i}`),
        `y${i} = Add a${i} x${i}`,
        `s${i} = Pow y${i} two`,
        `m${i} = Mul y${i} s${i}`,
        `x${i + 1} = Add y${i} m${i}`,
      ]),
    ],
    ['x0', 'x1'],
  ],
  [
    'attention and MLP in parallel',
    [
      'x0 = Gather table input_ids',
      ...[0, 1].flatMap((i) => [
        `n${i} = Norm x${i}`,
        ...attention(i, `n${i}`),
        `m${i} = Gelu n${i}`,
        `y${i} = Add a${i} m${i}`,
        `x${i + 1} = Add y${i} x${i}`,
      ]),
    ],
    ['x0', 'x1'],
  ],
  [
    'norms before and behind each part',
    [
      'x0 = Gather table input_ids',
      ...[0, 1].flatMap((i) => [
        `n${i} = Norm x${i}`,
        ...attention(i, `n${i}`),
        `b${i} = Norm a${i}`,
        `y${i} = Add x${i} b${i}`,
        `m${i} = Norm y${i}`,
        `x${i + 1} = Add y${i} m${i}`,
      ]),
    ],
    ['x0', 'x1'],
  ],
  [
    'norms on the stream',
    [
      'x0 = Gather table input_ids',
      ...[0, 1].flatMap((i) => [
        ...attention(i, `x${i}`),
        `y${i} = Add x${i} a${i}`,
        `n${i} = Norm y${i}`,
        `m${i} = Gelu n${i}`,
        `z${i} = Add n${i} m${i}`,
        `x${i + 1} = Norm z${i}`,
      ]),
    ],
    ['x0', 'x1'],
  ],
  [
    'sums and norms in one',
    [
      'x0 = Gather table input_ids',
      'n0 = SimplifiedLayerNormalization x0 w',
      ...attention(0, 'n0'),
      'n1 - - y0 = SkipSimplifiedLayerNormalization x0 a0 w',
      'm0 = Gelu n1',
      'n2 - - x1 = SkipLayerNormalization y0 m0 w',
      ...attention(1, 'n2'),
      'n3 - - y1 = SkipSimplifiedLayerNormalization x1 a1 w',
      'm1 = Gelu n3',
      'x2 = SkipSimplifiedLayerNormalization y1 m1 w',
    ],
    ['x0', 'x1'],
  ],
  [
    'position embeddings, and sizes read off the stream',
    [
      'e0 = Gather table input_ids',
      'p0 = Gather places position_ids',
      'x0 = Add e0 p0',
      'size = Shape x0',
      'mask = Expand attention_mask size',
      ...[0, 1].flatMap((i) => [
        `n${i} = Norm x${i}`,
        ...attention(i, `n${i}`),
        `b${i} = Add a${i} mask`,
        `x${i + 1} = Add x${i} b${i}`,
      ]),
    ],
    ['x0', 'x1'],
  ],
  [
    'a stream that is quantized for each reader',
    [
      'x0 = Gather table input_ids',
      ...[0, 1].flatMap((i) => [
        `q${i} = QuantizeLinear x${i} scale zero`,
        `d${i} = DequantizeLinear q${i} scale zero`,
        `f${i} = DequantizeLinear q${i} scale zero`,
        ...attention(i, `d${i}`),
        `x${i + 1} = Add f${i} a${i}`,
      ]),
    ],
    ['x0', 'x1'],
  ],
];

const BYPASSED = [
  'x0 = Gather table input_ids',
  ...[0, 1].flatMap((i) => [
    `g${i} = Gather more${i} input_ids`,
    ...attention(i, `x${i}`),
    `y${i} = Add x${i} a${i}`,
    `x${i + 1} = Add y${i} g${i}`,
  ]),
];

describe('findLayers', () => {
  it.each(GRAPHS)('finds the stream of a graph with %s', (_name, lines, begins) => {
    for (const order of [lines, lines.toReversed()]) {
      const found = findLayers(graphOf([...order, ...END], 2), 'hidden', [0, 1, 2]);
      expect(found).toEqual({ layerCount: 2, layers: [0, 1, 2], values: [...begins, 'hidden'] });
    }
  });

  it('counts negative numbers from the end, and keeps the order', () => {
    const graph = graphOf([...GRAPHS[0][1], ...END], 2);
    expect(findLayers(graph, 'hidden', [-1])).toEqual({ layerCount: 2, layers: [2], values: ['hidden'] });
    expect(findLayers(graph, 'hidden', [-2, 2, -3])).toMatchObject({
      layers: [1, 2, 0],
      values: ['x1', 'hidden', 'x0'],
    });
  });

  it('needs no stream for the last layer', () => {
    expect(findLayers(graphOf([...BYPASSED, ...END], 2), 'hidden', [-1]).values).toEqual(['hidden']);
  });

  const range = "choose from 0 (the embeddings) to 2 (the lm_head's input), or from -1 (the same) down to -3";
  it.each([
    ['too many', [3], `lm.layers names 3, but m.onnx has 2 layers: ${range}`],
    ['too few', [-1, -4], `lm.layers names -4, but m.onnx has 2 layers: ${range}`],
    ['a fraction', [0.5], `lm.layers names 0.5, but m.onnx has 2 layers: ${range}`],
    ['none', [], 'lm.layers is empty: name at least one layer, such as -1'],
    ['one twice', [1, 2, -2], 'lm.layers names one layer twice, as 1 and as -2: leave one of them out'],
  ])('refuses %s', (_name, asked, message) => {
    const graph = graphOf([...GRAPHS[0][1], ...END], 2);
    expect(() => findLayers(graph, 'hidden', asked)).toThrow(new InputError(message));
  });

  const notFound = (layer: number, found: number) =>
    `m.onnx: lm.layers asks for layer ${layer}, which was not found: of the 2 states on the residual stream before ` +
    `the lm_head the graph shows ${found}; lm.layers: [-1] always works`;
  it.each([
    ['embeddings reach every layer past the stream', [...BYPASSED, ...END], 0, 0],
    [
      'the embeddings come back in every layer',
      [...GRAPHS[0][1].map((line) => line.replace(/^(x\d) = Add (.*)$/, '$1 = Sum $2 x0')), ...END],
      1,
      1,
    ],
    [
      'a layer has no attention cache',
      [...GRAPHS[0][1].filter((line) => !line.startsWith('present.0')), ...END],
      0,
      1,
    ],
    [
      'a layer gives integers',
      [...GRAPHS[0][1].map((line) => line.replace('x1 = Add', 'x1 = QLinearAdd')), ...END],
      1,
      1,
    ],
  ])('says so where %s', (_name, lines, layer, found) => {
    const graph = graphOf(lines, 2);
    expect(() => findLayers(graph, 'hidden', [layer])).toThrow(new InputError(notFound(layer, found)));
  });
});

describe('checkWidths', () => {
  it('refuses a state that is not as wide as the input of the lm_head', () => {
    const state = { layerCount: 12, layers: [12, 0, 6], values: ['hidden', 'a', 'b'] };
    checkWidths(state, [16, 16, 16], 16, 'm.onnx');
    expect(() => checkWidths(state, [16, 16, 32], 16, 'm.onnx')).toThrow(
      new InputError(
        "m.onnx: lm.layers asks for layer 6, whose state has width 32, not the lm_head's 16 (2 of the 3 layers " +
          'asked for have it, of 12 in the model); lm.layers: [-1] always works',
      ),
    );
  });
});
