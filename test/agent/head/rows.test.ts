import { describe, expect, it } from 'vitest';
import { candidateAdvantages, centredRows, weightedRows } from '../../../src/agent/head/rows.js';
import { isIdentity, measureStates } from '../../../src/agent/head/standardise.js';
import { randomStream } from '../../../src/common/index.js';
import { someTrajectory } from '../../replay/trajectories.js';

describe('centredRows', () => {
  // Candidates 0 and 1, then 2 and 3; the first is taken, then the second.
  const rows = { data: Float32Array.of(1, 0, 0, 1, 2, 2, 4, 8), d: 2, scale: 10 };
  const episode = someTrajectory(2, {
    candidates: Int32Array.of(0, 1, 2, 3),
    behaviour: Float32Array.of(0.75, 0.25, 0.5, 0.5),
  });

  it('takes off the expectation under the policy that acted', () => {
    expect([...centredRows(episode, rows, 'behaviour')]).toEqual([2.5, -2.5, 10, 30]);
  });

  it('takes off the mean', () => {
    expect([...centredRows(episode, rows, 'mean')]).toEqual([5, -5, 10, 30]);
  });

  it('takes off nothing', () => {
    expect([...centredRows(episode, rows, 'none')]).toEqual([10, 0, 40, 80]);
  });

  it('gives the centred advantage as one product, for any number of candidates', () => {
    const [d, k] = [3, 7];
    const random = randomStream(1, 'rows');
    const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal());
    const many = { data: normals(20 * d), d, scale: 0.5 };
    const trajectory = someTrajectory(1, {
      states: normals(d),
      candidates: Int32Array.from({ length: k }, () => random.int(20)),
      taken: Int32Array.of(5),
      reference: new Float32Array(k),
      behaviour: new Float32Array(k).fill(1 / k),
    });
    const g = normals(d);
    const [centred, plain] = [true, false].map((is) =>
      candidateAdvantages(g, trajectory.candidates, k, many, is),
    );
    const product = (c: Float32Array) => g[0] * c[0] + g[1] * c[1] + g[2] * c[2];
    expect(product(centredRows(trajectory, many, 'mean'))).toBeCloseTo(centred[5], 5);
    expect(product(centredRows(trajectory, many, 'none'))).toBeCloseTo(plain[5], 5);
    expect(centred.reduce((sum, advantage) => sum + advantage, 0)).toBeCloseTo(0, 5);
    const mean = plain.reduce((sum, advantage) => sum + advantage, 0) / k;
    plain.forEach((advantage, a) => {
      expect(advantage - mean).toBeCloseTo(centred[a], 5);
    });
  });
});

describe('weightedRows', () => {
  it('sums the candidate rows of each state, by hand, whether four at once or one by one', () => {
    const rows = { data: Float32Array.of(1, 0, 0, 1, 2, 2, 4, 8, -1, 3), d: 2, scale: 2 };
    const weights = Float32Array.of(1, 0.5, -1, 0.25, 2, 0, 0, 1, 0, -1);
    const ids = Int32Array.of(0, 1, 2, 3, 4, 4, 3, 2, 1, 0);
    // 1 - 2 + 1 - 2 and 0.5 - 2 + 2 + 6; 2 - 1 and 2 - 0.
    expect([...weightedRows(weights, ids, 5, rows)]).toEqual([-4, 13, 2, 4]);
    expect([...weightedRows(weights.subarray(0, 2), ids, 1, rows)]).toEqual([2, 0, 0, 1]);
  });
});

describe('measureStates', () => {
  it('gives each dimension mean 0 and deviation 1', () => {
    const { mean, scale } = measureStates([
      someTrajectory(2, { states: Float32Array.of(1, 10, 3, 30) }),
      someTrajectory(2, { states: Float32Array.of(1, 10, 3, 30) }),
    ]);
    expect([...mean]).toEqual([2, 20]);
    expect([...scale]).toEqual([1, expect.closeTo(0.1, 6)]);
  });

  it('keeps a constant dimension small, and a single state as it is', () => {
    const nearlyConstant = measureStates([someTrajectory(2, { states: Float32Array.of(5, 1, 5, 3) })]);
    expect(nearlyConstant.scale[0]).toBeCloseTo(1 / (0.1 * 0.5), 4);
    expect([...measureStates([someTrajectory(1, { states: Float32Array.of(5, 1) })]).scale]).toEqual([1, 1]);
  });

  it('is told from the identity of a new head', () => {
    expect(isIdentity({ mean: new Float32Array(2), scale: Float32Array.of(1, 1) })).toBe(true);
    expect(isIdentity({ mean: Float32Array.of(0, 1), scale: Float32Array.of(1, 1) })).toBe(false);
  });
});
