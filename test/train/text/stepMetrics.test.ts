import { expect, it } from 'vitest';
import { rewardError, textMetrics } from '../../../src/train/text/stepMetrics.js';

const of = (prompt: number, ...rewards: number[]) => rewards.map((reward) => ({ prompt, reward }));

it('takes the standard error over prompts, whose samples resemble each other', () => {
  // Means 0.5, 1 and 3: variance (1 + 0.25 + 2.25) / 2 about 1.5, over 3 prompts.
  expect(rewardError([...of(0, 0, 1), ...of(1, 1, 1), ...of(2, 2, 4)])).toBeCloseTo(Math.sqrt(1.75 / 3), 12);
  expect(rewardError(of(7, 0, 1, 2))).toBeCloseTo(Math.sqrt(1 / 3), 12);
  expect(rewardError(of(7, 0.5))).toBeUndefined();
});

/** An episode of one answer. */
function scored(prompt: number, completion: string, reward: number, logProbs: number[]) {
  const length = logProbs.length;
  const numbers = new Float32Array(length);
  return {
    ...{ prompt: { id: prompt, text: 'So', tokens: [1], row: {} }, completion, answers: [completion] },
    ...{ rewards: [reward], reward },
    episode: {
      ...{ prompt, sample: 0, tokens: Array.from(numbers), finishReason: 'length' as const },
      ...{ answerEnds: [length], states: numbers, candidates: new Int32Array(length) },
      ...{ taken: new Int32Array(length), reference: numbers, behaviour: numbers, kl: numbers },
      ...{ baseLogProbs: Float32Array.from(logProbs), outside: numbers },
    },
  };
}

it("tells of a step's completions what was worked out by hand", () => {
  // 5 pairs of words, 4 of them distinct; a mean log-probability of -0.5 over all tokens.
  const episodes = [
    scored(0, ' it was a day', 1, [-1, -0.25]),
    scored(1, ' it was', 0, [-0.25]),
    scored(1, ' it rains', 0, [-0.5]),
  ];
  const { perplexity, ...rest } = textMetrics(episodes);
  expect(perplexity).toBeCloseTo(Math.exp(0.5), 6);
  expect(rest).toEqual({
    reward: 1 / 3,
    rewardError: 0.5,
    distinct2: 4 / 5,
    phrase: { text: 'it was a day', share: 1 / 3 },
  });
  const twice = [scored(0, ' no', 1, [-1]), scored(0, 'no', 1, [-1])];
  expect(textMetrics(twice)).toMatchObject({
    ...{ rewardError: 0, distinct2: 0 },
    ...{ phrase: { text: 'no', share: 1 }, repeated: { text: 'no', share: 1 } },
  });
});
