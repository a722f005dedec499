import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type OnnxModel, parseValueInfo } from '../../src/lm/onnx/model.js';
import { PADDING_INPUTS, withTargetPadding } from '../../src/lm/onnx/targetPadding.js';
import { encodeNode, encodeValueInfo } from '../../src/lm/onnx/write.js';
import { DATA_TYPE, floats, integers } from '../fixtures/lm/protobuf.js';
import { runModel, smallModel } from '../support/graphs.js';

const KEY = 'past_key_values.0.decoder.key';
const COLUMNS = 4;
const INT32 = 6;

/** Constants: the shapes of scores, an axis, a list of one, and a table of positions, each ten times its number. */
const CONSTANTS = [
  integers('by_row', [4], [0, 2, 1, COLUMNS]),
  integers('by_head', [3], [-1, 1, COLUMNS]),
  integers('axis', [], [2]),
  integers('list', [1], [1]),
  floats('table', [8, 1], [0, 10, 20, 30, 40, 50, 60, 70]),
];

/** A graph whose scores are its keys, with the shape `scores`, and whose position is that behind the cache. */
function modelOf(scores: 'by_row' | 'by_head', more: { softmax?: string; log?: boolean } = {}): OnnxModel {
  const { softmax = 'Softmax', log = false } = more;
  const columns = log ? ['columns_float', 'logarithm'] : ['columns'];
  const nodes = [
    encodeNode('Reshape', [KEY, scores], ['scores_raw']),
    encodeNode(softmax, ['scores_raw'], ['probabilities']),
    encodeNode('Shape', [KEY], ['shape']),
    encodeNode('Gather', ['shape', 'axis'], ['columns']),
    ...(log
      ? [
          encodeNode('Cast', ['columns'], ['columns_float'], { to: DATA_TYPE.float }),
          encodeNode('Log', ['columns_float'], ['logarithm']),
        ]
      : []),
    encodeNode('Cast', columns.slice(-1), ['narrow'], { to: INT32 }),
    encodeNode('Reshape', ['narrow', 'list'], ['index']),
    encodeNode('Gather', ['table', 'index'], ['position']),
  ];
  return smallModel({
    nodes,
    constants: CONSTANTS,
    inputs: [encodeValueInfo(KEY, DATA_TYPE.float, ['rows', 2, 'columns', 1])].map(parseValueInfo),
    outputs: ['probabilities', 'position'].map((name) =>
      parseValueInfo(encodeValueInfo(name, DATA_TYPE.float)),
    ),
  });
}

/** Runs an edited graph on two rows of equal scores, the second with three columns of padding. */
async function run(model: OnnxModel | undefined): Promise<Record<string, Tensor>> {
  if (model === undefined) throw new Error('expected a graph');
  const hidden = Number.NEGATIVE_INFINITY;
  const mask = Float32Array.of(0, 0, 0, 0, hidden, hidden, hidden, 0);
  return runModel(model, {
    [KEY]: new Tensor('float32', new Float32Array(2 * 2 * COLUMNS), [2, 2, COLUMNS, 1]),
    [PADDING_INPUTS.mask]: new Tensor('float32', mask, [2, 1, 1, COLUMNS]),
    [PADDING_INPUTS.shift]: new Tensor('int64', BigInt64Array.of(0n, -3n), [2, 1]),
  });
}

const QUARTERS = [0.25, 0.25, 0.25, 0.25];
const LAST = [0, 0, 0, 1];

describe('a decoder that is told of padding', () => {
  it.each([
    ['by_row', [2, 2, 1, COLUMNS]],
    ['by_head', [4, 1, COLUMNS]],
  ] as const)('looks at no column of it, with scores %s', async (scores, dims) => {
    const { probabilities } = await run(withTargetPadding(modelOf(scores)));
    expect(probabilities.dims).toEqual(dims);
    expect([...probabilities.data]).toEqual([...QUARTERS, ...QUARTERS, ...LAST, ...LAST]);
  });

  it("takes each row's own position, by indices of any integer type", async () => {
    const { position } = await run(withTargetPadding(modelOf('by_row')));
    expect(position.dims).toEqual([2, 1, 1]);
    expect([...position.data]).toEqual([40, 10]);
  });

  it('keeps what is taken by the logarithm of a distance, which is relative', async () => {
    const edited = withTargetPadding(modelOf('by_row', { log: true }));
    expect(edited?.inputs.map(({ name }) => name)).toEqual([KEY, PADDING_INPUTS.mask]);
    const { position } = await run(edited);
    expect([...position.data]).toEqual([10]);
  });

  it('has its softmax behind the keys: no other attention is known', () => {
    expect(withTargetPadding(modelOf('by_row', { softmax: 'Hardmax' }))).toBeUndefined();
    const none = { ...modelOf('by_row'), inputs: [] };
    expect(withTargetPadding(none)).toBeUndefined();
  });
});
