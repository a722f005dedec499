import { describe, expect, it } from 'vitest';
import { attentionOf } from '../../src/lm/onnx/attention.js';
import { OnnxGraph } from '../../src/lm/onnx/graph.js';
import { parseNode, parseValueInfo } from '../../src/lm/onnx/model.js';
import { encodeValueInfo } from '../../src/lm/onnx/write.js';
import { nodeOf } from '../support/graphs.js';

const CONSTANTS = ['one', 'axis', 'cos', 'sin', 'bias'];
const CACHES = ['past_key_values.0.key', 'past_key_values.0.value'];
const OUTPUTS = ['logits', 'present.0.key', 'present.0.value', 'present_conv.1'];

function graphOf(lines: readonly string[], attributes: Record<string, number> = {}): OnnxGraph {
  const named = (name: string) => parseValueInfo(encodeValueInfo(name, 1));
  return new OnnxGraph({
    path: 'm.onnx',
    otherFields: [],
    otherGraphFields: [],
    opset: 17,
    nodes: lines.map((line) => parseNode(nodeOf(line, line.includes('GroupQuery') ? attributes : {}))),
    initializers: CONSTANTS.map((name) => ({
      name,
      dims: [1],
      dataType: 7,
      data: { in: 'message', bytes: new Uint8Array(8) },
    })),
    inputs: ['input_ids', 'attention_mask', 'position_ids', ...CACHES, 'past_conv.1'].map(named),
    outputs: OUTPUTS.map(named),
    valueInfo: [],
  });
}

const SUM = ['sum = ReduceSum attention_mask axis', 'less = Sub sum one', 'last = Cast less'];
const TOTAL = ['shape = Shape attention_mask', 'width = Gather shape one', 'total = Cast width'];
const READ = 'x = Gather table input_ids';
const END = 'logits = MatMul mixed head';
const query = (inputs: string, read = 'x x x', caches = CACHES.join(' ')) =>
  `mixed present.0.key present.0.value = GroupQueryAttention ${read} ${caches} ${inputs}`;
const COUNTING = [READ, ...SUM, ...TOTAL, query('last total cos sin'), END];

describe('attention', () => {
  it('is told by the mask where it is written out', () => {
    expect(attentionOf(graphOf([READ, 'logits = Softmax x attention_mask']))).toEqual({ told: 'masked' });
  });

  const counted: [string, string[], string][] = [
    ['as onnxruntime-genai writes it', COUNTING, 'last'],
    [
      'as it writes it for WebGPU',
      [
        READ,
        'cast = Cast attention_mask',
        'sum = ReduceSum cast axis',
        'last = Sub sum one',
        'total = ReduceMax sum',
        query('last total cos sin'),
        END,
      ],
      'last',
    ],
    ['rotated outside, from one value', [READ, ...SUM, ...TOTAL, query('last total', 'x - -'), END], 'last'],
    [
      'with positions',
      [READ, ...SUM, ...TOTAL, query('last total cos sin position_ids - bias'), END],
      'last',
    ],
    [
      'with a convolution beside it',
      [...COUNTING, 'seen = Concat past_conv.1 x', 'present_conv.1 = Slice seen one'],
      'last',
    ],
  ];
  it.each(counted)('counts the tokens of the mask: %s', (_, lines, newest) => {
    expect(attentionOf(graphOf(lines))).toEqual({ told: 'counted', newest });
  });

  const even: [string, string[]][] = [
    [
      'lengths are not the sums of the mask',
      [READ, ...TOTAL, 'last = Expand total shape', query('last total cos sin'), END],
    ],
    [
      'lengths are the greatest sum',
      [READ, ...SUM, 'most = ReduceMax last', ...TOTAL, query('most total cos sin'), END],
    ],
    [
      'lengths are made of something else too',
      [READ, ...SUM, 'more = Add last input_ids', ...TOTAL, query('more total cos sin'), END],
    ],
    [
      'positions are made of the mask',
      [
        READ,
        ...SUM,
        ...TOTAL,
        'rows = CumSum attention_mask axis',
        'y = RotaryEmbedding x rows cos sin',
      ].concat(query('last total', 'y y x'), END),
    ],
    ['the mask reaches the logits', [...COUNTING.slice(0, -1), 'logits = MatMul mixed sum']],
    [
      'the mask biases attention',
      [READ, ...SUM, ...TOTAL, query('last total cos sin - attention_mask'), END],
    ],
    [
      'rotations depend on the tokens',
      [READ, ...SUM, ...TOTAL, 'angles = Cos position_ids', query('last total angles sin'), END],
    ],
    ['the width does not come from the mask', [READ, ...SUM, query('last one cos sin'), END]],
    ['the width of a cache is read', [...COUNTING, 'past = Shape past_key_values.0.key']],
    ['a cache is read on', [...COUNTING, 'more = Identity present.0.value']],
    [
      'a cache is changed before',
      [READ, ...SUM, ...TOTAL, 'past = Cast past_key_values.0.key'].concat(
        query('last total cos sin', 'x x x', 'past past_key_values.0.value'),
        END,
      ),
    ],
    [
      'a cache is changed behind',
      [
        READ,
        ...SUM,
        ...TOTAL,
        query('last total cos sin').replace('present.0.key', 'key'),
        'present.0.key = Cast key',
        END,
      ],
    ],
  ];
  it.each(even)('wants rows of one length where %s', (_, lines) => {
    expect(attentionOf(graphOf(lines))).toEqual({ told: 'even' });
  });

  it('wants rows of one length where the cache holds a window alone', () => {
    expect(attentionOf(graphOf(COUNTING, { sliding_window_cache: 0 }))).toMatchObject({ told: 'counted' });
    expect(attentionOf(graphOf(COUNTING, { sliding_window_cache: 1 }))).toEqual({ told: 'even' });
  });
});
