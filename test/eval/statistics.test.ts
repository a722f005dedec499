import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/common/index.js';
import { bestOfN, bootstrapMean, pairedGain, perplexity, winRate } from '../../src/eval/statistics.js';

const finite = fc.double({ min: -100, max: 100, noNaN: true });
const prompts = fc.array(fc.array(finite, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 });

describe('bootstrapMean', () => {
  it('is the mean of the prompts means, whatever the number of samples', () => {
    expect(bootstrapMean([[1, 3], [5]], { seed: 0 }).mean).toBe(3.5);
  });

  it('has the interval of the normal approximation where that holds', () => {
    const random = randomStream(3, 'test');
    const values = Array.from({ length: 400 }, () => [random.normal()]);
    const { mean, low, high } = bootstrapMean(values, { seed: 1, resamples: 4000 });
    expect(mean - low).toBeCloseTo(1.96 / 20, 1.6);
    expect(high - mean).toBeCloseTo(1.96 / 20, 1.6);
  });

  it('draws prompts, not samples: more samples of the same prompts do not narrow it', () => {
    const few = Array.from({ length: 20 }, (_, i) => [i]);
    const many = few.map(([value]) => Array.from({ length: 50 }, () => value));
    expect(bootstrapMean(many, { seed: 5 })).toEqual(bootstrapMean(few, { seed: 5 }));
  });

  it('gives two values their exact percentiles', () => {
    // A quarter of the resamples is all 0 and a quarter all 1, so both percentiles lie at the ends.
    expect(bootstrapMean([[0], [1]], { seed: 0 })).toEqual({ mean: 0.5, low: 0, high: 1 });
  });

  it('repeats with its seed, and holds the mean', () => {
    fc.assert(
      fc.property(prompts, fc.nat(), (values, seed) => {
        const interval = bootstrapMean(values, { seed, resamples: 200 });
        expect(bootstrapMean(values, { seed, resamples: 200 })).toEqual(interval);
        expect(interval.low).toBeLessThanOrEqual(interval.high);
        const means = values.map((list) => list.reduce((sum, value) => sum + value, 0) / list.length);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...means) - 1e-9);
        expect(interval.high).toBeLessThanOrEqual(Math.max(...means) + 1e-9);
      }),
    );
  });

  it('refuses prompts without values', () => {
    expect(() => bootstrapMean([], { seed: 0 })).toThrow(RangeError);
    expect(() => bootstrapMean([[1], []], { seed: 0 })).toThrow(RangeError);
  });
});

describe('pairedGain', () => {
  it('takes out what the prompts have in common', () => {
    const base = Array.from({ length: 30 }, (_, i) => [i, i + 1]);
    const tuned = base.map((list) => list.map((value) => value + 0.25));
    const { mean, low, high } = pairedGain(tuned, base, { seed: 0 });
    for (const value of [mean, low, high]) expect(value).toBeCloseTo(0.25);
  });

  it('takes different numbers of samples', () => {
    expect(pairedGain([[2, 4], [1]], [[1], [0, 2, 4]], { seed: 0 }).mean).toBe(0.5);
  });

  it('refuses other prompts', () => {
    expect(() => pairedGain([[1]], [[1], [2]], { seed: 0 })).toThrow('1 tuned, 2 base');
  });
});

describe('winRate', () => {
  it('matches numbers worked by hand', () => {
    // First prompt: of the pairs 2>1, 2=2, 3>1, 3>2 three and a half win of four; the second loses both.
    expect(
      winRate(
        [[2, 3], [0]],
        [
          [1, 2],
          [1, 5],
        ],
      ),
    ).toBeCloseTo(3.5 / 8);
  });

  it('is one half against itself, and the two sides add up to one', () => {
    fc.assert(
      fc.property(prompts, (values) => {
        const reversed = values.map((list) => list.map((value) => -value));
        expect(winRate(values, values)).toBeCloseTo(0.5);
        expect(winRate(values, reversed) + winRate(reversed, values)).toBeCloseTo(1);
      }),
    );
  });
});

describe('bestOfN', () => {
  it('matches numbers worked by hand', () => {
    // Pairs of {1, 2, 4}: maxima 2, 4, 4.
    expect(bestOfN([4, 1, 2], 2)).toBeCloseTo(10 / 3);
    // Triples of {1, 2, 3, 4}: maxima 3, 4, 4, 4.
    expect(bestOfN([3, 1, 4, 2], 3)).toBeCloseTo(15 / 4);
  });

  it('is the mean at n = 1 and the largest at n = m', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 30 }), (rewards) => {
        const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
        expect(bestOfN(rewards, 1)).toBeCloseTo(mean);
        expect(bestOfN(rewards, rewards.length)).toBeCloseTo(Math.max(...rewards), 10);
      }),
    );
  });

  it('equals the mean over all subsets, and grows with n', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 8 }), (rewards) => {
        const values = rewards.map((_, i) => bestOfN(rewards, i + 1));
        values.forEach((value, i) => {
          expect(value).toBeCloseTo(meanMaximum(rewards, i + 1));
          if (i > 0) expect(value).toBeGreaterThanOrEqual(values[i - 1] - 1e-9);
        });
      }),
    );
  });

  it('stays exact for many samples', () => {
    // Of the whole numbers 1 to m, n draws have the expected maximum n (m + 1) / (n + 1).
    for (const [m, n] of [
      [512, 128],
      [800, 3],
      [900, 450],
    ]) {
      const rewards = Array.from({ length: m }, (_, i) => i + 1);
      expect(bestOfN(rewards, n) / ((n * (m + 1)) / (n + 1))).toBeCloseTo(1, 10);
    }
  });

  it('refuses an n beyond the samples', () => {
    expect(() => bestOfN([1, 2], 3)).toThrow('number of samples, which is 2');
    expect(() => bestOfN([1, 2], 0)).toThrow(RangeError);
  });
});

describe('perplexity', () => {
  it('is the number of equally likely choices', () => {
    expect(perplexity([Math.log(1 / 8), Math.log(1 / 8)])).toBeCloseTo(8);
    expect(perplexity(Float32Array.of(0, Math.log(1 / 4)))).toBeCloseTo(2);
  });

  it('refuses no tokens', () => {
    expect(() => perplexity([])).toThrow(RangeError);
  });
});

/** The mean over all subsets of n rewards of their largest, by trying every subset. */
function meanMaximum(rewards: readonly number[], n: number): number {
  const maxima: number[] = [];
  for (let subset = 0; subset < 2 ** rewards.length; subset++) {
    const chosen = rewards.filter((_, i) => (subset >> i) & 1);
    if (chosen.length === n) maxima.push(Math.max(...chosen));
  }
  return maxima.reduce((sum, value) => sum + value, 0) / maxima.length;
}
