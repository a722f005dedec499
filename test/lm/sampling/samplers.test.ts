import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import type { SamplingOptions } from '../../../src/lm/index.js';
import { tokenSamplerOf } from '../../../src/lm/sampling/sampling.js';
import { sharesOf } from './shares.js';

/** The probabilities with which tokens of these probabilities are drawn, to 1/1000. */
function drawn(options: SamplingOptions, ...probabilities: number[]): number[] {
  return sharesOf(tokenSamplerOf(options), probabilities.map(Math.log), 1000);
}

function expectDrawn(options: SamplingOptions, probabilities: number[], expected: number[]): void {
  drawn(options, ...probabilities).forEach((share, token) => {
    expect(Math.abs(share - expected[token])).toBeLessThan(0.0011);
    if (expected[token] === 0) expect(share).toBe(0);
  });
}

const FOUR = [0.1, 0.4, 0.2, 0.3];
const EQUAL = [0.25, 0.25, 0.25, 0.25];

describe('what is drawn', () => {
  it('follows the probabilities at the temperature', () => {
    expectDrawn({}, FOUR, FOUR);
    // Squared: 0.01, 0.16, 0.04, 0.09 of 0.3.
    expectDrawn({ temperature: 0.5 }, FOUR, [0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3]);
    expectDrawn({ temperature: 1e9 }, FOUR, EQUAL);
    for (const temperature of [0, 1e-9, 1e-320]) expectDrawn({ temperature }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ temperature: 0 }, EQUAL, [1, 0, 0, 0]);
  });

  it('is one of the k likeliest; of equal ones the first stay', () => {
    expectDrawn({ topK: 2 }, FOUR, [0, 4 / 7, 0, 3 / 7]);
    expectDrawn({ topK: 1 }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ topK: 9 }, FOUR, FOUR);
    expectDrawn({ topK: 2 }, EQUAL, [0.5, 0.5, 0, 0]);
  });

  it('is in the smallest nucleus that reaches the probability; of equal ones the first stay', () => {
    expectDrawn({ topP: 0.69 }, FOUR, [0, 4 / 7, 0, 3 / 7]);
    expectDrawn({ topP: 0.71 }, FOUR, [0, 4 / 9, 2 / 9, 3 / 9]);
    expectDrawn({ topP: 0.39 }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ topP: 1e-9 }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ topP: 0.999 }, FOUR, FOUR);
    expectDrawn({ topP: 0.7 }, EQUAL, [1 / 3, 1 / 3, 1 / 3, 0]);
    expectDrawn({ topP: 0.4 }, [0.2, 0.2, 0.2, 0.2, 0.1, 0.1], [0.5, 0.5, 0, 0, 0, 0]);
  });

  it('is at least so many times as likely as the likeliest', () => {
    expectDrawn({ minP: 0.49 }, FOUR, [0, 4 / 9, 2 / 9, 3 / 9]);
    expectDrawn({ minP: 0.51 }, FOUR, [0, 4 / 7, 0, 3 / 7]);
    expectDrawn({ minP: 1 }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ minP: 1 }, EQUAL, EQUAL);
  });

  it('never is a banned token', () => {
    for (const filter of [{}, { topK: 3 }, { topP: 0.9999 }, { minP: 1e-9 }, { temperature: 0 }]) {
      const expected = 'temperature' in filter ? [0, 1, 0, 0] : [0, 4 / 7, 0, 3 / 7];
      expectDrawn(filter, [0, 0.4, 0, 0.3], expected);
      expectDrawn(filter, [0, 0.4, Number.NaN, 0.3], expected);
    }
  });

  it('is refused where every token is banned, or the largest logit is none', () => {
    for (const filter of [{}, { topK: 3 }, { topP: 0.9 }, { minP: 0.1 }, { temperature: 0 }]) {
      expect(() => drawn(filter, 0, 0, 0)).toThrow(InputError);
      expect(() => drawn(filter, 0, 0, 0)).toThrow(
        /the largest logit is -Infinity: noRepeatNgramSize or bad words/,
      );
      expect(() => drawn(filter, 0.5, Number.POSITIVE_INFINITY)).toThrow(/is Infinity: its numbers overflow/);
    }
  });
});

describe('two filters', () => {
  it('come after the temperature', () => {
    // Square roots: 0.316, 0.632, 0.447, 0.548 of 1.943; without the temperature 0.7 would be two tokens.
    const roots = FOUR.map(Math.sqrt);
    const three = roots[1] + roots[2] + roots[3];
    const kept = [0, roots[1] / three, roots[2] / three, roots[3] / three];
    expectDrawn({ temperature: 2, topP: 0.69 }, FOUR, kept);
    // 0.447 / 0.632 is 0.71, where 0.2 / 0.4 is 0.5.
    expectDrawn({ temperature: 2, minP: 0.6 }, FOUR, kept);
    expectDrawn({ temperature: 2, topK: 3 }, FOUR, kept);
  });

  it('count top-p in what top-k left', () => {
    // Of the two, 0.4 is 0.571 already.
    expectDrawn({ topK: 2, topP: 0.55 }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ topP: 0.55 }, FOUR, [0, 4 / 7, 0, 3 / 7]);
  });

  it('keep what both keep', () => {
    expectDrawn({ topP: 0.95, minP: 0.6 }, FOUR, [0, 4 / 7, 0, 3 / 7]);
    expectDrawn({ topP: 0.3, minP: 0.1 }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ topK: 3, minP: 0.6 }, FOUR, [0, 4 / 7, 0, 3 / 7]);
    expectDrawn({ topK: 1, minP: 0.1 }, FOUR, [0, 1, 0, 0]);
    expectDrawn({ topK: 4, topP: 0.95, minP: 0.3 }, FOUR, [0, 4 / 9, 2 / 9, 3 / 9]);
  });
});

describe('sampling among the whole vocabulary', () => {
  const SIZE = 1300;
  const logit = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.float({ min: -60, max: 20, noNaN: true }));
  const rows = fc.array(logit, { minLength: 1, maxLength: SIZE });
  const options = fc.record({
    temperature: fc.constantFrom(0.3, 1, 20),
    topP: fc.constantFrom(1, 0.999, 0.9, 0.5, 0.1),
    minP: fc.constantFrom(0, 1e-4, 0.1, 0.7),
  });
  const uniform = fc.constantFrom(0, 1 - 2 ** -53, ...Array.from({ length: 20 }, (_, i) => i / 20));

  it('keeps what sampling among as many top tokens keeps', () => {
    fc.assert(
      fc.property(rows, options, (row, chosen) => {
        const whole = sharesOf(tokenSamplerOf(chosen), row, 200);
        const sorted = sharesOf(tokenSamplerOf({ ...chosen, topK: SIZE }), row, 200);
        whole.forEach((share, token) => {
          expect(Math.abs(share - sorted[token])).toBeLessThan(0.0101);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('leaves the row alone, and draws a possible token whatever the random number', () => {
    fc.assert(
      fc.property(rows, options, uniform, (values, chosen, random) => {
        const row = Float32Array.from(values);
        const token = tokenSamplerOf(chosen)(row, random);
        expect(row).toEqual(Float32Array.from(values));
        const gap = (Math.max(...row) - row[token]) / chosen.temperature;
        expect(Math.exp(-gap)).toBeGreaterThanOrEqual(chosen.minP * (1 - 1e-6));
      }),
    );
  });

  it('finds the nucleus of equal logits, and of a flat row', () => {
    const share = (row: number[], topP: number) =>
      sharesOf(tokenSamplerOf({ topP }), row, 2000).filter((value) => value > 0).length;
    expect(share(new Array(1000).fill(0), 0.1004)).toBe(101);
    expect(
      share(
        Array.from({ length: 1000 }, (_, i) => i * 1e-7),
        0.1004,
      ),
    ).toBe(101);
  });
});
