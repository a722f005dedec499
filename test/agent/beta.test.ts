import { describe, expect, it } from 'vitest';
import { calibrateBeta, steerBeta } from '../../src/agent/index.js';
import { randomStream } from '../../src/common/index.js';

describe('calibrateBeta', () => {
  const budget = 0.2;

  it.each([
    ['a square', (beta: number) => 0.001 * beta ** 2],
    ['a line', (beta: number) => 0.02 * beta],
    ['a saturating curve', (beta: number) => 3 * (1 - Math.exp(-((beta / 30) ** 2)))],
    ['a steep square', (beta: number) => 5 * beta ** 2],
    ['a flat square', (beta: number) => 1e-5 * beta ** 2],
  ])('comes close to the budget from below: %s', async (_, kl) => {
    const measured: number[] = [];
    const found = await calibrateBeta(
      async (beta) => {
        measured.push(beta);
        return kl(beta);
      },
      { budget, start: 10 },
    );
    expect(found.kl).toBe(kl(found.beta));
    expect(found.kl).toBeLessThanOrEqual(budget);
    expect(found.kl).toBeGreaterThan(0.9 * budget);
    expect(measured.length).toBeLessThanOrEqual(8);
  });

  it('never returns a beta whose measured KL was above the budget, whatever the noise', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = randomStream(seed, 'noise');
      const seen = new Map<number, number>();
      const found = await calibrateBeta(
        async (beta) => {
          const kl = 0.001 * beta ** 2 * (0.7 + 0.6 * random.next());
          seen.set(beta, kl);
          return kl;
        },
        { budget, start: 10 },
      );
      expect(found.beta === 0 || seen.get(found.beta) === found.kl).toBe(true);
      expect(found.kl).toBeLessThanOrEqual(budget);
      expect(found.kl).toBeGreaterThan(0.5 * budget);
    }
  });

  it('finds a beta where the KL hardly falls with it', async () => {
    // Saturated: 0.5 at all but small betas.
    const kl = (beta: number) => 0.5 * (1 - Math.exp(-beta));
    const found = await calibrateBeta(async (beta) => kl(beta), { budget: 0.48, start: 10, evaluations: 6 });
    expect(found.beta).toBeGreaterThan(2);
    expect(found.kl).toBeLessThanOrEqual(0.48);
    expect(found.kl).toBeGreaterThan(0.4);
  });

  it('stops where there is nothing to find', async () => {
    let calls = 0;
    const count = (kl: number) => async () => {
      calls++;
      return kl;
    };
    expect(await calibrateBeta(count(0), { budget, start: 10 })).toEqual({ beta: 10, kl: 0 });
    expect(calls).toBe(1);
    expect(await calibrateBeta(count(9), { budget, start: 10 })).toEqual({ beta: 0, kl: 0 });
    expect(await calibrateBeta(count(Number.NaN), { budget, start: 10 })).toEqual({ beta: 0, kl: 0 });
    expect(await calibrateBeta(count(0.01), { budget, start: 10, largest: 40 })).toEqual({
      beta: 40,
      kl: 0.01,
    });
  });
});

describe('steerBeta', () => {
  it('settles where the KL is the target', () => {
    let beta = 1;
    for (let i = 0; i < 60; i++) beta = steerBeta(beta, 0.001 * beta ** 2, 0.15);
    expect(0.001 * beta ** 2).toBeCloseTo(0.15, 3);
  });

  it('answers by hand-worked factors, both ways', () => {
    expect(steerBeta(10, 0.15, 0.1)).toBeCloseTo(10 * Math.exp(-0.25), 10);
    expect(steerBeta(10, 0, 0.1)).toBeCloseTo(10 * Math.exp(0.5), 10);
    expect(steerBeta(10, 99, 0.1)).toBeCloseTo(10 * Math.exp(-0.5), 10);
    expect(steerBeta(10, 0.15, 0.1, { gain: 1, clip: 0.2 })).toBeCloseTo(10 * Math.exp(-0.2), 10);
  });
});
