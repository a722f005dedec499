import { expect, it } from 'vitest';
import { lambdaReturns } from '../../../src/replay/index.js';
import { toTrajectory } from '../../../src/train/text/collect.js';
import { temporaryFile } from '../../support/files.js';
import { openStories } from '../../support/lm.js';
import { syncConfig, trainHere } from '../run.js';

const numbers = (length: number) => new Float32Array(length);
const episode = {
  ...{ prompt: 3, sample: 0, tokens: [7, 8, 2, 9, 2], finishReason: 'stop' as const, answerEnds: [5] },
  ...{ states: numbers(10), candidates: new Int32Array(10), taken: new Int32Array(5) },
  ...{ reference: numbers(10), behaviour: numbers(10), kl: numbers(5) },
  ...{ baseLogProbs: numbers(5), outside: numbers(5) },
};
const tokenRewards = Float32Array.of(1, 0, -2, 0.5, 4);

it("puts each token's reward at its step", () => {
  const { rewards } = toTrajectory({ episode, rewards: [3.5], tokenRewards }, 64, 0);
  expect([...rewards]).toEqual([1, 0, -2, 0.5, 4]);
  const returns = lambdaReturns({ rewards, next: [0, 0, 0, 0, 0], gamma: 1 }, 1);
  expect([...returns]).toEqual([3.5, 2.5, 2.5, 4.5, 4]);
});

it('divides them by the number of answers, so that a dialogue returns their mean', () => {
  const dialogue = { ...episode, answerEnds: [3, 5] };
  const { rewards } = toTrajectory({ episode: dialogue, rewards: [-1, 4.5], tokenRewards }, 64, 0);
  expect([...rewards]).toEqual([0.5, 0, -1, 0.25, 2]);
});

it('learns from the rewards of tokens alone', async () => {
  const lm = await openStories();
  const ids = [' the', ' and', ' a'].flatMap((word) => lm.tokenizer.encode(word));
  await lm.close();
  const module = temporaryFile(
    'wanted.mjs',
    `export default ({ ids }) => {
      const scores = ({ tokens }) => tokens.map((token) => (ids.includes(token) ? 0.5 : 0));
      return { score: () => { throw new Error('not asked') }, scoreTokens: (batch) => batch.map(scores) };
    };`,
  );
  const settings = [
    ...['env.maxNewTokens=8', 'env.topK=32', 'agent.head.hidden=[32]', 'agent.lr=3e-3', 'train.steps=12'],
    ...['train.promptsPerStep=4', 'train.evalEvery=0', 'eval.samples=1', 'eval.bestOf=[2]'],
    ...['data.evalSize=48', 'train.evalSamples=4', 'data.calibrationSize=8', 'klBudget=0.4'],
  ];
  const reward = `reward={type: ${module}, ids: [${ids}]}`;
  const { reward: learned } = await trainHere(syncConfig(undefined, reward, ...settings));
  expect(learned.first).toBeGreaterThan(0);
  expect(learned.last).toBeGreaterThan(1.25 * learned.first);
});
