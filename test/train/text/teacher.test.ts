import { describe, expect, it } from 'vitest';
import { teacherKl } from '../../../src/train/text/collect.js';
import { renormalised } from '../../../src/train/text/teacher.js';
import { metricsOf, syncConfig, timeless, trainHere } from '../run.js';

const numbers = (length: number) => new Float32Array(length);

/** Three steps of an update each are enough to see it learn; the teacher is the student at a lower temperature. */
const sharper = [
  ...['teacher.id=data/models/stories', 'teacher.temperature=0.5', 'agent.target.type=teacher'],
  ...['env.maxNewTokens=8', 'env.topK=32', 'agent.head.hidden=[64]', 'agent.lr=3e-3', 'agent.updates=60'],
  ...['train.steps=6', 'train.promptsPerStep=8', 'train.evalEvery=0', 'replay.capacity=16384'],
  ...['data.evalSize=16', 'data.calibrationSize=8', 'train.evalSamples=1', 'eval.samples=1'],
  ...['eval.bestOf=[2]', 'klBudget=2', 'reward={type: perplexity, of: mean}'],
];

describe('renormalised', () => {
  it('makes probabilities of each row add up to 1, at a temperature', () => {
    // At temperature 0.5 probabilities are squared: 0.04 and 0.16 of 0.2; 0.01 each.
    const logs = Float32Array.of(0.2, 0.4, 0.1, 0.1).map(Math.log);
    const result = [...renormalised(logs, 2, 0.5)].map(Math.exp);
    expect(result).toEqual([0.2, 0.8, 0.5, 0.5].map((p) => expect.closeTo(p, 6)));
    expect([...renormalised(logs, 2, 1)].map(Math.exp)[0]).toBeCloseTo(1 / 3, 6);
  });
});

describe('teacherKl', () => {
  const episode = {
    ...{ prompt: 0, sample: 0, tokens: [1, 2], finishReason: 'stop' as const, answerEnds: [2] },
    ...{ states: numbers(2), candidates: new Int32Array(4), taken: new Int32Array(2) },
    ...{ reference: numbers(4), kl: numbers(2), baseLogProbs: numbers(2), outside: numbers(2) },
    behaviour: Float32Array.of(0.5, 0.5, 0.75, 0.25),
  };

  it('is the mean over steps of KL(teacher, policy)', () => {
    const teacher = Float32Array.of(0.75, 0.25, 0.75, 0.25).map(Math.log);
    // 0.75 log 1.5 + 0.25 log 0.5, and 0.
    expect(teacherKl([{ episode }], [teacher])).toBeCloseTo(
      (0.75 * Math.log(1.5) + 0.25 * Math.log(0.5)) / 2,
      6,
    );
  });
});

it('comes nearer to its teacher, and repeats bit for bit', async () => {
  const result = await trainHere(syncConfig(undefined, ...sharper));
  const distances = metricsOf(result).map((step) => step.teacherKl ?? Number.NaN);
  expect(distances).toHaveLength(6);
  expect(distances[5]).toBeLessThan(0.4 * distances[0]);
  // The likelier texts of a lower temperature.
  expect(result.reward.last).toBeGreaterThan(result.reward.first);
  const again = await trainHere(syncConfig(undefined, ...sharper));
  expect(timeless(again)).toBe(timeless(result));
}, 60_000);

it.each([
  [['agent.target.type=teacher'], /needs a model to learn from: set teacher\.id/],
  [['teacher.id=data/models/cosy'], /teacher has no effect with agent\.target\.type value/],
  [
    ['teacher.id=data/models/randomwalks', 'agent.target.type=teacher'],
    /the teacher data\/models\/randomwalks has another tokenizer .* set reward to \{type: perplexity/,
  ],
  [
    ['teacher.id=data/models/cosy', 'agent.target.type=teacher', 'env.turns=2'],
    /teacher has no use with env\.turns/,
  ],
  [['teacher.id=data/models/none', 'agent.target.type=teacher'], /data\/models\/none/],
])('refuses %s', async (settings, message) => {
  await expect(trainHere(syncConfig(undefined, ...settings))).rejects.toThrow(message);
});
