import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../src/agent/compute/backend.js';
import { hlGaussLoss, hlGaussValues } from '../../../src/agent/compute/losses/hlGauss.js';
import { meanLoss } from '../../../src/agent/compute/losses/scalar.js';
import { jointLoss, type LossSettings, valueLoss } from '../../../src/agent/learner/jointLoss.js';
import { runConfig } from '../../../src/config/index.js';
import { about, checkGradient, numbersOf } from '../compute/losses/differences.js';

let tf: Tf;
beforeAll(async () => {
  tf = (await loadBackend('wasm')).tf;
});

const settingsOf = (critic: object, loss: object = {}): LossSettings =>
  runConfig.parse({ agent: { critic, loss } }).agent;

const scalar = settingsOf({});
const huber = settingsOf({}, { type: 'huber', delta: 0.6 });
const quantile = settingsOf({ type: 'quantile', quantiles: 3 });
const bins = { type: 'hl-gauss', bins: 4, min: -2, max: 2, sigma: 1 } as const;
const hlGauss = settingsOf(bins);

/** Two transitions: what `v` gives, the advantages, and samples of the return. */
const cases: [string, LossSettings, number[], number[]][] = [
  ['scalar, mse', scalar, [1, -0.4], [2, 0.3]],
  ['scalar, huber', huber, [1, -0.4], [2, 0.3]],
  ['quantile', quantile, [0.1, 0.5, 1.3, -1, 0.4, 0.45], [1.25, 0.3, 2.9, -0.33, 0.05, 1.7]],
];
const advantages = [0.5, -0.25];
const weightings: [string, number[] | undefined][] = [
  ['plain', undefined],
  ['weighted', [0.5, 2]],
];

function partsOf(
  settings: LossSettings,
  value: number[],
  advantage: number[],
  targets: number[],
  weights?: number[],
) {
  const compute = () =>
    jointLoss(
      tf,
      settings,
      tf.tensor2d(value, [2, value.length / 2]),
      tf.tensor1d(advantage),
      tf.tensor2d(targets, [2, targets.length / 2]),
      weights && tf.tensor1d(weights),
    );
  return {
    byValue: numbersOf(tf, () => ({ ...compute(), gradient: compute().byValue })),
    byAdvantage: numbersOf(tf, () => ({ ...compute(), gradient: compute().byAdvantage })),
  };
}

describe('jointLoss', () => {
  it('is the scalar loss of v + A, by hand', () => {
    const { byValue, byAdvantage } = partsOf(scalar, [1, -0.4], advantages, [2, 0.35], [1, 3]);
    // Errors -0.5 and -1.
    expect(byValue.loss).toBeCloseTo((0.25 + 3) / 2, 6);
    expect(byValue.error).toEqual(about([-0.5, -1]));
    expect(byValue.gradient).toEqual(about([-0.5, -3]));
    expect(byAdvantage.gradient).toEqual(about([-0.5, -3]));
  });

  it('shifts all quantiles by the advantage, by hand', () => {
    const two = settingsOf({ type: 'quantile', quantiles: 2 });
    // Quantiles 0.5 and 1.5 for 1/4 and 3/4, all targets 1: u = 0.5 and -0.5, Huber losses 1/8.
    const { byValue, byAdvantage } = partsOf(two, [0, 1, 0, 1], [0.5, 0.5], [1, 1, 1, 1]);
    expect(byValue.loss).toBeCloseTo((0.25 + 0.25) / 8, 6);
    expect(byValue.gradient).toEqual(about([-1, 1, -1, 1].map((sign) => (sign * 0.25 * 0.5) / 2)));
    expect(byAdvantage.gradient).toEqual(about([0, 0]));
    expect(byValue.error).toEqual(about([0, 0]));
  });

  describe.each(weightings)('%s', (_, weights) => {
    it.each(cases)('has the gradients of finite differences: %s', (_name, settings, value, targets) => {
      const [y, w] = [
        () => tf.tensor2d(targets, [2, targets.length / 2]),
        () => weights && tf.tensor1d(weights),
      ];
      const shape = [2, value.length / 2];
      checkGradient(tf, value, shape, (v) => {
        const joint = jointLoss(tf, settings, v, tf.tensor1d(advantages), y(), w());
        return { ...joint, gradient: joint.byValue };
      });
      checkGradient(tf, advantages, [2], (a) => {
        const joint = jointLoss(tf, settings, tf.tensor(value, shape), a, y(), w());
        return { ...joint, gradient: joint.byAdvantage };
      });
    });

    it('lets bins learn what the advantage leaves, and it what their value leaves', () => {
      const logits = [0.3, -1, 0.2, 1, 1, 0, -0.5, -1];
      const targets = [0.6, -1.2];
      const [y, w] = [() => tf.tensor2d(targets, [2, 1]), () => weights && tf.tensor1d(weights)];
      // The advantage is held while the bins move, and their value while it moves.
      checkGradient(tf, logits, [2, 4], (v) => {
        const held = tf.sub(tf.tensor1d(targets), tf.tensor1d(advantages));
        const { loss } = hlGaussLoss(tf, v, held, bins, w());
        const joint = jointLoss(tf, hlGauss, v, tf.tensor1d(advantages), y(), w());
        return { ...joint, loss, gradient: joint.byValue };
      });
      checkGradient(tf, advantages, [2], (a) => {
        const v = tf.tensor2d(logits, [2, 4]);
        const held = tf.sub(tf.tensor1d(targets), hlGaussValues(tf, v, bins));
        const { loss } = meanLoss(tf, hlGauss.loss, a, held, w());
        const joint = jointLoss(tf, hlGauss, v, a, y(), w());
        return { ...joint, loss, gradient: joint.byAdvantage };
      });
    });
  });

  it('adds the two losses of bins and of the advantage, and has Q less its target as the error', () => {
    const logits = [0, 0, Math.LN2, 2 * Math.LN2, 0, 0, 0, 0];
    const { byValue } = partsOf(hlGauss, logits, advantages, [0.6, -1.2]);
    // The bins are worth 0.625 and 0.
    expect(byValue.error).toEqual(about([0.625 + 0.5 - 0.6, 0 - 0.25 + 1.2]));
    const cross = numbersOf(tf, () =>
      hlGaussLoss(tf, tf.tensor2d(logits, [2, 4]), tf.tensor1d([0.6 - 0.5, -1.2 + 0.25]), bins),
    );
    expect(byValue.loss).toBeCloseTo(cross.loss + (0.525 ** 2 + 0.95 ** 2) / 2, 5);
    expect(byValue.gradient).toEqual(about(cross.gradient));
  });
});

describe('valueLoss', () => {
  it.each([
    ['scalar', scalar, [1, -0.4]],
    ['huber', huber, [1, -0.4]],
    ['quantile', quantile, [0.1, 0.5, 1.3, -1, 0.4, 0.45]],
    ['hl-gauss', hlGauss, [0.3, -1, 0.2, 1, 1, 0, -0.5, -1]],
  ])('has the gradient of finite differences: %s', (_, settings, value) => {
    checkGradient(tf, value, [2, value.length / 2], (v) =>
      valueLoss(tf, settings, v, tf.tensor1d([0.7, -1.1])),
    );
  });

  it('is the loss against the returns, by hand', () => {
    const { loss, error } = numbersOf(tf, () =>
      valueLoss(tf, scalar, tf.tensor2d([1, -0.5], [2, 1]), tf.tensor1d([0.5, 1])),
    );
    expect(loss).toBeCloseTo((0.25 + 2.25) / 2, 6);
    expect(error).toEqual(about([0.5, -1.5]));
  });
});
