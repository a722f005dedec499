import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DecodeStep, type Lm, openLm } from '../../src/lm/index.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { encodeNode } from '../../src/lm/onnx/write.js';
import { DATA_TYPE } from '../fixtures/lm/protobuf.js';
import { copySeq2Seq, MERGED, SEPARATE, SEQ2SEQ_VOCAB } from '../fixtures/lm/seq2seq.js';
import { rewriteModel } from '../support/rewriteModel.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const LIMIT = 12;
const SOURCES = Array.from({ length: 10 }, (_, i) =>
  Array.from({ length: 2 + ((i * 7) % 6) }, (_, j) => 4 + ((i * 5 + j * 3) % 36)),
);

/** Tokens that no model takes for the end of a target, the start of one or padding. */
function tokenAt(sequence: number, position: number): number {
  return 5 + ((sequence * 7 + position * 3) % 36);
}

/** What a model shows before each token of a target. */
interface Shown {
  logits: Float32Array;
  hidden: Float32Array;
}

/** Follows given targets, each to a length of its own; also says at how many steps rows were at unequal positions. */
async function follow(lm: Lm, sequences: readonly number[], maxBatch: number) {
  const shown = new Map<string, Shown>();
  let mixed = 0;
  const nextTokens = ({ sequences: rows, positions, logits, hidden }: DecodeStep) => {
    if (new Set(positions).size > 1) mixed++;
    const { stateSize } = lm.info;
    return rows.map((row, i) => {
      shown.set(`${sequences[row]}/${positions[i]}`, {
        logits: logits.slice(i * SEQ2SEQ_VOCAB, (i + 1) * SEQ2SEQ_VOCAB),
        hidden: hidden.slice(i * stateSize, (i + 1) * stateSize),
      });
      return tokenAt(sequences[row], positions[i]);
    });
  };
  const stop = (row: number, tokens: readonly number[]) => tokens.length > (sequences[row] * 5) % LIMIT;
  const prompts = sequences.map((sequence) => SOURCES[sequence]);
  await lm.generate(prompts, { maxNewTokens: LIMIT, maxBatch, nextTokens, stop });
  return { shown, mixed };
}

function largestDifference(found: Float32Array, expected: Float32Array): number {
  expect(found).toHaveLength(expected.length);
  return expected.reduce(
    // A banned token is at -Infinity in both.
    (most, value, i) => (found[i] === value ? most : Math.max(most, Math.abs(found[i] - value))),
    0,
  );
}

const all = SOURCES.map((_, i) => i);

async function expectAsAlone(lm: Lm, tolerance: number): Promise<number> {
  const { shown, mixed } = await follow(lm, all, 4);
  for (const sequence of all) {
    const { shown: alone } = await follow(lm, [sequence], 1);
    for (const [key, expected] of alone) {
      const found = shown.get(key);
      if (found === undefined) throw new Error(`${key} was not shown`);
      expect(largestDifference(found.logits, expected.logits), key).toBeLessThan(tolerance);
      expect(largestDifference(found.hidden, expected.hidden), key).toBeLessThan(tolerance);
    }
  }
  return mixed;
}

const FP16 = MERGED.map((file) => file.replace('.onnx', '_fp16.onnx'));
const Q4 = MERGED.map((file) => file.replace('.onnx', '_q4.onnx'));

describe('targets of an encoder-decoder model', () => {
  it.each([
    ['t5', MERGED, 1e-4],
    ['t5', SEPARATE, 1e-4],
    ['bart', MERGED, 1e-4],
    ['bart', Q4, 1e-3],
    ['marian', MERGED, 1e-4],
    ['marian', SEPARATE, 1e-4],
    ['marian', FP16, 0.05],
    ['m2m100', MERGED, 1e-4],
  ] as const)(
    'join and leave at any time, and see what they see alone: %s as %j',
    async (name, files, tolerance) => {
      const lm = await openLm(copySeq2Seq(name, directory(), files), { threads: 1, layers: [0, -1] });
      expect(await expectAsAlone(lm, tolerance)).toBeGreaterThan(5);
      await lm.close();
    },
  );

  it('begin together where the attention is of another form, and see the same', async () => {
    const path = copySeq2Seq('bart', directory(), MERGED);
    const file = join(path, 'onnx', MERGED[1]);
    // Another operator of the same signature, which the mask has no place before.
    writeFileSync(file, readFileSync(file, 'latin1').replaceAll('Softmax', 'Hardmax'), 'latin1');
    const lm = await openLm(path, { threads: 1 });
    expect(await expectAsAlone(lm, 1e-4)).toBe(0);
    await lm.close();
  });

  it('begin together where their positions are made in another way, and see the same', async () => {
    const path = copySeq2Seq('marian', directory(), SEPARATE);
    const file = join(path, 'onnx', SEPARATE[2]);
    const graph = readModel(file);
    const table = graph.initializers.find(({ name }) => name.includes('embed_positions'))?.name ?? '';
    rewriteModel(file, {
      added: [
        encodeNode('Cast', ['input_ids'], ['ids_as_floats'], { to: DATA_TYPE.float }),
        encodeNode('Sub', ['ids_as_floats', 'ids_as_floats'], ['zeros']),
        encodeNode('ReduceMax', ['zeros'], ['zero']),
        encodeNode('Add', [table, 'zero'], ['table_of_each_run']),
      ],
      reads: () => true,
      from: table,
      to: 'table_of_each_run',
    });
    const lm = await openLm(path, { threads: 1 });
    expect(await expectAsAlone(lm, 1e-4)).toBe(0);
    await lm.close();
  });
});
