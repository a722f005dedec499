import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { runConfig } from '../../src/config/index.js';
import type { StepMetrics } from '../../src/eval/index.js';
import { type WatchDiversityOptions, watchDiversity } from '../../src/train/index.js';
import { scalarsOf } from '../../src/train/metrics.js';
import { checkWatch, watchRun, watchWarning } from '../../src/train/watchRun.js';
import { hasClimbed, meanStep, signsOf } from '../../src/train/watchSigns.js';
import { textConfig } from '../support/config.js';

const limits = { diversity: 0.4, phrase: 0.5, perplexity: 3 };
const phrase = (share: number, text = 'play to play to') => ({ text, share });

/** A step's line: one as the base plays it, but for the changes. */
function line(step: number, changes: Partial<StepMetrics> = {}): StepMetrics {
  const base = { reward: 0.1, rewardError: 0.04, distinct2: 0.7, perplexity: 4, phrase: phrase(0.1) };
  return { step, kl: 0, beta: 10, seconds: step, ...base, ...changes };
}

/** Lines of steps, numbered from 1. */
const lines = (...changes: Partial<StepMetrics>[]) => changes.map((change, i) => line(i + 1, change));

/** What the watch says of a run: its warnings by step, and its last verdict. */
function watched(steps: readonly StepMetrics[], options: WatchDiversityOptions = {}) {
  const warnings: string[] = [];
  const { step: see } = watchDiversity({ ...options, warn: (message) => warnings.push(message) });
  const told: number[] = [];
  let last: unknown;
  for (const metrics of steps) {
    const before = warnings.length;
    last = see?.(metrics);
    if (warnings.length > before) told.push(metrics.step);
  }
  return { told, warnings, last };
}

describe('the means of steps', () => {
  it('are arithmetic, but of perplexity geometric, and errors fall with their number', () => {
    const now = meanStep([
      { reward: 1, rewardError: 0.3, distinct2: 0.2, perplexity: 2, phrase: phrase(0.5) },
      { reward: 2, rewardError: 0.4, distinct2: 0.4, perplexity: 8, phrase: phrase(0.7, 'so much fun and') },
    ]);
    expect(now.reward).toBe(1.5);
    expect(now.rewardError).toBeCloseTo(0.25, 12);
    expect(now.distinct2).toBeCloseTo(0.3, 12);
    expect(now.perplexity).toBeCloseTo(4, 12);
    expect(now.phrase).toEqual({ text: 'so much fun and', share: 0.6 });
  });

  it('leave out what a step lacks, but a step without words has no phrase in any', () => {
    expect(meanStep([{ reward: 1, phrase: phrase(0.5) }, { distinct2: 0.5 }])).toEqual({
      phrase: phrase(0.25),
    });
  });
});

it('a reward has climbed when it is above the base by more than two standard errors', () => {
  const base = { reward: 0.1, rewardError: 0.03 };
  // The error of the difference is 0.05.
  expect(hasClimbed(base, { reward: 0.19, rewardError: 0.04 })).toBe(false);
  expect(hasClimbed(base, { reward: 0.21, rewardError: 0.04 })).toBe(true);
  expect(hasClimbed(base, { reward: 0.11 })).toBe(false);
  expect(hasClimbed({ reward: 0.1 }, { reward: 0.11 })).toBe(true);
  expect(hasClimbed(base, {})).toBe(false);
});

describe('the signs of collapse', () => {
  const base = { distinct2: 0.7, perplexity: 4, phrase: phrase(0.1) };
  const severities = (now: Partial<StepMetrics>) =>
    signsOf(base, now, limits).map(({ severity }) => severity);

  it('are 1 at their limits and grow from there', () => {
    expect(severities({ distinct2: 0.29 })).toEqual([]);
    expect(severities({ distinct2: 0.14 })[0]).toBeCloseTo(2, 12);
    // Half of the way from 0.1 to 1.
    expect(severities({ phrase: phrase(0.54) })).toEqual([]);
    expect(severities({ phrase: phrase(0.55) })[0]).toBeCloseTo(1, 12);
    expect(severities({ phrase: phrase(1) })[0]).toBeCloseTo(2, 12);
    expect(severities({ perplexity: 11.9 })).toEqual([]);
    expect(severities({ perplexity: 36 })[0]).toBeCloseTo(2, 12);
    expect(severities({ perplexity: 1.3 })).toHaveLength(1);
  });

  it('are told in words', () => {
    const texts = signsOf(base, { distinct2: 0.07, perplexity: 40, phrase: phrase(0.83) }, limits);
    expect(texts.map(({ text }) => text)).toEqual([
      'distinct-2 fell from 0.700 to 0.0700',
      'the commonest phrase rose from 10% to 83% of the completions',
      'perplexity under the base model rose from 4.00 to 40.0',
    ]);
  });

  it('need something to compare with', () => {
    const now = { distinct2: 0, perplexity: 100, phrase: phrase(1) };
    // A base that says one word, always the same.
    expect(signsOf({ distinct2: 0, phrase: phrase(1) }, now, limits)).toEqual([]);
    expect(signsOf(base, {}, limits)).toEqual([]);
    expect(signsOf({ ...base, phrase: undefined }, now, limits)).toHaveLength(3);
  });
});

describe('watchDiversity', () => {
  const hacked = { reward: 0.9, distinct2: 0.1, perplexity: 1.1, phrase: phrase(0.9) };

  it('says nothing of a run that learns', () => {
    const learns = { reward: 0.8, distinct2: 0.55, perplexity: 4.5, phrase: phrase(0.2) };
    expect(watched(lines({}, {}, learns, learns, learns, learns)).told).toEqual([]);
  });

  it('says nothing of collapse that brings no reward, nor of one batch alone', () => {
    expect(watched(lines({}, ...Array(5).fill({ ...hacked, reward: 0.12 }))).told).toEqual([]);
    expect(watched(lines({}, {}, {}, { reward: 0.4, distinct2: 0.2 }, {}, {})).told).toEqual([]);
  });

  it('warns once of a hacked reward, with numbers and a way out', () => {
    const { told, warnings, last } = watched(lines({}, {}, hacked, hacked, hacked, hacked, hacked));
    // After step 4: two of three steps.
    expect(told).toEqual([4]);
    expect(warnings[0]).toBe(
      'reward hacking? By step 4 the reward climbed from 0.100 to 0.633, but the commonest phrase rose from 10% to 63% of ' +
        "the completions ('play to play to' is in 90% of its completions): read samples.jsonl, and lower policy.beta (10.0 " +
        'now), or add repetition or distinct to a composite reward',
    );
    expect(last).toBeUndefined();
  });

  it('warns again when it is twice as bad', () => {
    const worse = (perplexity: number) => ({ reward: 0.5, perplexity });
    // A factor of 3.5, and then of 13, more than 3.5 squared.
    const steps = lines({}, ...[14, 14, 14, 14, 14, 14, 52, 52, 52, 52].map(worse));
    expect(watched(steps).told).toEqual([4, 10]);
    // Nothing is worse than no pair of words at all.
    expect(watched(lines({}, ...Array(8).fill({ reward: 0.5, distinct2: 0 }))).told).toEqual([4]);
  });

  it('points to the guided policy where there is no beta to lower', () => {
    const steps = lines({}, hacked, hacked, hacked).map(({ beta: _, ...metrics }) => metrics);
    expect(watched(steps).warnings[0]).toContain('and set policy.type to guided, or add');
  });

  it('stops with the reason where it is told to', () => {
    const { last, warnings } = watched(lines({}, hacked, hacked, hacked), { action: 'stop' });
    expect(last).toEqual({ stop: warnings[0] });
  });

  it('compares with the base policy where another one began', () => {
    const begun = line(1, { ...hacked, base: line(1) });
    expect(watched([begun, ...lines({}, hacked, hacked, hacked).slice(1)]).told).toEqual([4]);
    expect(watched(lines(hacked, hacked, hacked, hacked)).told).toEqual([]);
  });

  it('heeds its limits', () => {
    const steps = lines({}, ...Array(3).fill({ reward: 0.5, distinct2: 0.5, phrase: phrase(0.3) }));
    expect(watched(steps).told).toEqual([]);
    expect(watched(steps, { diversity: 0.75 }).told).toEqual([4]);
    expect(watched(steps, { phrase: 0.2 }).told).toEqual([4]);
    expect(
      watched(lines({}, ...Array(3).fill({ reward: 0.5, perplexity: 9 })), { perplexity: 2 }).told,
    ).toEqual([4]);
  });

  it.each([{ diversity: 0 }, { diversity: 1.5 }, { phrase: 0 }, { perplexity: 1 }])(
    'refuses %o',
    (options) => {
      expect(() => watchDiversity(options)).toThrow(InputError);
    },
  );

  it('refuses a run without text', () => {
    const { distinct2: _, ...metrics } = line(1);
    expect(() => watched([metrics])).toThrow(/watchDiversity looks at generated text/);
  });
});

describe("a run's watch", () => {
  const hacked = { reward: 0.9, phrase: phrase(0.9) };
  const steps = lines({}, hacked, hacked, hacked, hacked, hacked);

  it('goes on in a resumed run where it was', () => {
    const config = textConfig();
    const told = (resumedAt: number) => {
      const warnings: string[] = [];
      const { step } = watchRun(config, steps.slice(0, resumedAt), (message) => warnings.push(message));
      for (const metrics of steps.slice(resumedAt)) step?.(metrics);
      return warnings.length;
    };
    expect([0, 1, 3, 4, 5].map(told)).toEqual([1, 1, 1, 0, 0]);
  });

  it('gives its last warning to the report, unless it is off', () => {
    expect(watchWarning(textConfig(), steps)).toContain('By step 4 the reward climbed');
    expect(watchWarning(textConfig(), steps.slice(0, 3))).toBeUndefined();
    expect(watchWarning(textConfig({ train: { watch: { action: 'off' } } }), steps)).toBeUndefined();
  });

  it.each([
    ['the environment gridworld has none', { env: { type: 'gridworld' } }],
    ['env.actions gives it', { env: { actions: ['yes', 'no'] } }],
    ['data.completions gives it', { data: { completions: 'scored.jsonl' } }],
  ])('has no settings where %s', (reason, keys) => {
    const watch = { action: 'stop' };
    expect(() => checkWatch(runConfig.parse(keys))).not.toThrow();
    expect(() => checkWatch(runConfig.parse({ ...keys, train: { watch } }))).toThrow(reason);
    expect(() => checkWatch(runConfig.parse({ train: { watch } }))).not.toThrow();
  });
});

it("gives TensorBoard a step's numbers", () => {
  const metrics = line(3, { repeated: { text: 'no', share: 0.25 }, base: line(1) });
  expect(scalarsOf(metrics)).toEqual({
    ...{ 'train/reward': 0.1, 'train/rewardError': 0.04, 'train/distinct2': 0.7, 'train/perplexity': 4 },
    ...{ 'train/kl': 0, 'train/beta': 10, 'train/seconds': 3 },
    ...{ 'train/phraseShare': 0.1, 'train/repeatedShare': 0.25 },
  });
});
