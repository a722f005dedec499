import { randomStream } from '../../src/common/index.js';
import type { ReportData } from '../../src/eval/report/data.js';
import type { Evaluation, Interval, SamplePair, StepMetrics } from '../../src/eval/types.js';

/** Plausible metrics of a run that learns. */
export function fakeSteps(count: number): StepMetrics[] {
  const random = randomStream(1, 'fake steps');
  return Array.from({ length: count }, (_, i) => {
    const progress = 1 - Math.exp((-4 * i) / Math.max(1, count));
    const step = i + 1;
    const evaluated = step % Math.max(1, Math.round(count / 8)) === 0;
    return {
      step,
      tokens: step * 4096,
      reward: 0.31 + 0.52 * progress + 0.03 * random.normal(),
      kl: 0.17 * progress + 0.006 * Math.abs(random.normal()),
      loss: 0.21 - 0.1 * progress + 0.01 * random.normal(),
      valueLoss: 0.16 - 0.08 * progress + 0.008 * random.normal(),
      gradNorm: 0.6 + 0.2 * Math.abs(random.normal()),
      beta: 10,
      distinct2: 0.62 - 0.16 * progress + 0.01 * random.normal(),
      perplexity: 18 + 7 * progress + 0.3 * random.normal(),
      phrase: { text: 'they had so much', share: 0.06 + 0.1 * progress },
      length: 30 + random.normal(),
      outside: 0.021 + 0.002 * random.normal(),
      seconds: step * 2.4,
      tokensPerSecond: 1700 + 60 * random.normal(),
      ...(evaluated && { evalReward: 0.3 + 0.53 * progress, evalKl: 0.165 * progress }),
    };
  });
}

/** An interval of a half-width around a mean. */
export function around(mean: number, half: number): Interval {
  return { mean, low: mean - half, high: mean + half };
}

export function fakeEvaluation(betas: readonly number[] = [15]): Evaluation {
  return {
    base: {
      reward: around(0.312, 0.05),
      perplexity: 18.4,
      distinct2: 0.531,
      phrases: [
        { text: 'under the old tree', share: 0.043 },
        { text: 'went to the park', share: 0.031 },
      ],
      repeated: [],
    },
    tuned: betas.map((beta) => {
      const progress = 1 - Math.exp(-beta / 10);
      return {
        beta,
        reward: around(0.31 + 0.66 * progress, 0.035),
        gain: around(0.66 * progress, 0.045),
        klPerToken: 0.0009 * beta ** 2,
        perplexity: 18 + beta / 2,
        distinct2: 0.53 - 0.009 * beta,
        phrases: [
          { text: 'they had so much', share: 0.125 },
          { text: 'went to the park', share: 0.062 },
        ],
        repeated: [{ text: 'They had so much fun.', share: 0.008 }],
        winRate: 0.5 + 0.48 * progress,
      };
    }),
    bestOf: [4, 8, 16].map((n) => ({ n, reward: around(0.31 + 0.185 * Math.log2(n) ** 0.75, 0.04) })),
    tokens: 81_920,
    seconds: 47.3,
  };
}

export function fakeSamples(count: number): SamplePair[] {
  return Array.from({ length: count }, (_, i) => ({
    prompt: `Once upon a time, there was a little ${['dog', 'girl named Lily', 'bear', 'boat'][i % 4]} who`,
    base: ' was sad because it had lost its ball. It looked under the tree, but the ball was not there.',
    baseReward: -0.34 + 0.01 * i,
    tuned:
      ' loved to play with friends. They had so much fun, and everyone was happy and proud of the nice day.',
    tunedReward: 0.89,
  }));
}

/** A whole report's data. */
export function fakeReport(changes: Partial<ReportData> = {}): ReportData {
  return {
    title: 'Happier stories',
    createdAt: '2026-11-02T14:03:27.000Z',
    summary: {
      lm: 'data/models/stories (fp32)',
      reward: 'sentiment',
      prompts: 'data/prompts/stories.txt (436 for training, 64 held out)',
      head: 'tied, hidden layers 256, 256',
      policy: 'guided, beta 10',
      steps: 16,
      generatedTokens: 65_536,
      seconds: 38.6,
      seed: 0,
    },
    steps: fakeSteps(16),
    evaluation: fakeEvaluation(),
    beta: 15,
    klBudget: 0.2,
    samples: fakeSamples(20),
    config: 'seed: 0\nlm:\n  id: data/models/stories\n',
    ...changes,
  };
}
