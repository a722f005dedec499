import { describe, expect, it } from 'vitest';
import { type TaughtRow, teacherDivergence } from '../../src/agent/targets/teacher.js';

function row(reference: number[], advantages: number[], teacher: number[]): TaughtRow {
  return {
    reference: Float32Array.from(reference, Math.log),
    advantages: Float32Array.from(advantages),
    teacher: Float32Array.from(teacher, Math.log),
  };
}

const divergences = ['forward', 'reverse'] as const;

describe('teacherDivergence', () => {
  // pi is (0.5, 0.5, 0.25) / 1.25 = (0.4, 0.4, 0.2).
  const byHand = row([0.5, 0.25, 0.25], [0, Math.log(2) / 2, 0], [0.25, 0.25, 0.5]);

  it.each([
    // 0.25 log 0.625 + 0.25 log 0.625 + 0.5 log 2.5 = log 1.25; 2 (pi - p).
    ['forward' as const, Math.log(1.25), [0.3, 0.3, -0.6]],
    // 0.8 log 1.6 + 0.2 log 0.4 = 0.192745; 0.8 (log 1.6 - 0.192745), 0.4 (log 0.4 - 0.192745).
    ['reverse' as const, 0.192745, [0.221807, 0.221807, -0.443614]],
  ])('is %s KL with its gradient, by hand', (divergence, expected, gradient) => {
    const slopes = new Float32Array(3);
    expect(teacherDivergence(divergence, byHand, 2, slopes)).toBeCloseTo(expected, 6);
    expect([...slopes]).toEqual(gradient.map((slope) => expect.closeTo(slope, 5)));
  });

  it.each(divergences)('has the gradient of finite differences: %s', (divergence) => {
    const given = row([0.6, 0.3, 0.07, 0.03], [0.7, -1.2, 2.5, 0.1], [0.1, 0.05, 0.8, 0.05]);
    const at = (advantages: Float32Array) => {
      const slopes = new Float32Array(4);
      return { sum: teacherDivergence(divergence, { ...given, advantages }, 1.3, slopes), slopes };
    };
    const { slopes } = at(given.advantages);
    const e = 2 ** -8;
    const expected = slopes.map((_, a) => {
      const [up, down] = [e, -e].map((by) => at(given.advantages.map((x, b) => (a === b ? x + by : x))).sum);
      return (up - down) / (2 * e);
    });
    expect([...slopes]).toEqual([...expected].map((slope) => expect.closeTo(slope, 4)));
    expect(slopes.reduce((total, slope) => total + slope, 0)).toBeCloseTo(0, 6);
  });

  it.each(divergences)(
    'is nothing where the policy is the teacher, whatever is added to all: %s',
    (divergence) => {
      const slopes = new Float32Array(2);
      const same = row([0.5, 0.5], [Math.log(3) / 2 + 7, 7], [0.75, 0.25]);
      expect(teacherDivergence(divergence, same, 2, slopes)).toBeCloseTo(0, 6);
      expect([...slopes]).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)]);
    },
  );

  it.each(divergences)('stays finite where one is sure and the other is not: %s', (divergence) => {
    const slopes = new Float32Array(2);
    const sure = { ...row([0.5, 0.5], [400, -400], [0.5, 0.5]), teacher: Float32Array.of(-50, 0) };
    expect(teacherDivergence(divergence, sure, 1, slopes)).toBeCloseTo(
      divergence === 'forward' ? 800 : 50,
      4,
    );
    expect([...slopes].every(Number.isFinite)).toBe(true);
  });
});
