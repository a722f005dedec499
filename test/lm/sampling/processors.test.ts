import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { type History, logitsProcessorOf, processRows, type SamplingOptions } from '../../../src/lm/index.js';
import { stepOf } from './steps.js';

const OUT = Number.NEGATIVE_INFINITY;

/** The logits after the options' processors. */
function processed(
  options: SamplingOptions,
  logits: readonly number[],
  { prompt = [], tokens = [] }: Partial<History>,
): number[] {
  const row = Float32Array.from(logits);
  logitsProcessorOf(options)?.(row, { prompt, tokens });
  return [...row];
}

describe('the repetition penalty', () => {
  const logits = [4, -1, 2, 0, 3];

  it('divides what is above 0 and multiplies what is below, once for each token of prompt and completion', () => {
    const history = { prompt: [0, 1, 1], tokens: [1, 3, 0] };
    expect(processed({ repetitionPenalty: 2 }, logits, history)).toEqual([2, -2, 2, 0, 3]);
    expect(processed({ repetitionPenalty: 0.5 }, logits, history)).toEqual([8, -0.5, 2, 0, 3]);
  });

  it('penalises the same token in one row after the other', () => {
    const step = stepOf(
      { logits, prompt: [0] },
      { logits, prompt: [2], tokens: [0] },
      { logits, prompt: [4] },
    );
    const process = logitsProcessorOf({ repetitionPenalty: 2 });
    if (process) processRows(step, process);
    expect([...step.logits]).toEqual([2, -1, 2, 0, 3, 2, -1, 1, 0, 3, 4, -1, 2, 0, 1.5]);
  });

  it('follows a vocabulary of another size, and ignores tokens that have no logit', () => {
    const process = logitsProcessorOf({ repetitionPenalty: 2 });
    for (const size of [2, 5, 3]) {
      const row = new Float32Array(size).fill(1);
      process?.(row, { prompt: [1, 4, 900], tokens: [] });
      expect([...row]).toEqual(Array.from({ length: size }, (_, i) => (i === 1 || i === 4 ? 0.5 : 1)));
    }
  });
});

describe('no repeated n-gram', () => {
  const zeros = [0, 0, 0, 0, 0];
  const banned = (size: number, prompt: number[], tokens: number[] = []) =>
    [...processed({ noRepeatNgramSize: size }, zeros, { prompt, tokens }).entries()]
      .filter(([, logit]) => logit === OUT)
      .map(([token]) => token);

  it('bans what came after the same beginning', () => {
    expect(banned(2, [1, 2, 1, 3, 1])).toEqual([2, 3]);
    expect(banned(3, [1, 2, 3, 1, 2, 4, 1, 2])).toEqual([3, 4]);
    expect(banned(3, [1, 2, 3, 2, 2])).toEqual([]);
    expect(banned(1, [4, 0, 4])).toEqual([0, 4]);
  });

  it('looks across the end of the prompt', () => {
    const tokens = [1, 2, 3, 1, 2, 4, 1, 2];
    for (let end = 0; end <= tokens.length; end++) {
      expect(banned(3, tokens.slice(0, end), tokens.slice(end))).toEqual([3, 4]);
    }
  });

  it('counts a run that overlaps itself, and bans nothing before there is one', () => {
    expect(banned(2, [3, 3])).toEqual([3]);
    expect(banned(3, [3, 3])).toEqual([]);
    expect(banned(9, [3, 3])).toEqual([]);
    expect(banned(2, [77, 900, 77])).toEqual([]);
  });
});

describe('bad words', () => {
  const zeros = [0, 0, 0, 0];
  const options = { badWordsIds: [[1], [2, 3], [0, 2, 0]] };

  it('bans single tokens always and the last of several behind the others', () => {
    expect(processed(options, zeros, { prompt: [3] })).toEqual([0, OUT, 0, 0]);
    expect(processed(options, zeros, { prompt: [3, 2] })).toEqual([0, OUT, 0, OUT]);
    expect(processed(options, zeros, { prompt: [3, 0], tokens: [2] })).toEqual([OUT, OUT, 0, OUT]);
    expect(processed(options, zeros, { tokens: [2] })).toEqual([0, OUT, 0, OUT]);
    expect(processed(options, zeros, {})).toEqual([0, OUT, 0, 0]);
  });

  it('refuses a token that the vocabulary does not have', () => {
    const name = /badWordsIds names token 4, but the vocabulary has 4/;
    expect(() => processed({ badWordsIds: [[4]] }, zeros, {})).toThrow(InputError);
    expect(() => processed({ badWordsIds: [[4]] }, zeros, {})).toThrow(name);
  });
});

describe('the processors together', () => {
  it('penalise, and ban whatever the penalty was', () => {
    const options = { repetitionPenalty: 2, noRepeatNgramSize: 2, badWordsIds: [[3]] };
    // Tokens 0 and 1 are penalised; 1 came after 0; 3 is bad.
    expect(processed(options, [4, 4, 4, 4], { prompt: [0, 1], tokens: [0] })).toEqual([2, OUT, 4, OUT]);
  });

  it('are none where the options change nothing', () => {
    expect(logitsProcessorOf({})).toBeUndefined();
    expect(
      logitsProcessorOf({ repetitionPenalty: 1, noRepeatNgramSize: 0, badWordsIds: [] }),
    ).toBeUndefined();
  });
});
