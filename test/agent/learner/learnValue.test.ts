import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadBackend } from '../../../src/agent/compute/backend.js';
import { LearnerCore } from '../../../src/agent/learner/learnerCore.js';
import type { LearnReport } from '../../../src/agent/types.js';
import { randomStream } from '../../../src/common/index.js';
import type { Trajectory } from '../../../src/replay/index.js';
import { GAMMA, walk } from '../chain.js';
import { tableHead, tableOptions } from '../tables.js';
import { act, advantagesOf, draw, episodeOf, learnerOptions, stateValueOf } from '../worlds.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('wasm');
});

/** Contexts 0 to 3; action `a` of four is rewarded in context `a`. */
async function bandit(agent: object): Promise<{ chosen: number[]; values: number[] }> {
  const options = learnerOptions({ lr: 1e-2, batchSize: 64, valueUpdates: 20, valueBatchSize: 64, ...agent });
  const learner = new LearnerCore(backend, options);
  const random = randomStream(9, 'bandit');
  const policy = { type: 'guided', beta: 4 } as const;
  let report: LearnReport | undefined;
  for (let i = 0; i < 30; i++) {
    const batch = Array.from({ length: 64 }, (_, j): Trajectory => {
      const context = (j >> 3) % 4;
      const p = act(policy, report ? advantagesOf(report.head, options, context, 4) : new Float32Array(4));
      const action = draw(p, random);
      const episode = episodeOf([{ state: context, action, reward: action === context ? 1 : 0 }], 4);
      return { ...episode, behaviour: p, group: j >> 3, iteration: i };
    });
    report = await learner.learn(batch, i);
  }
  const head = report?.head ?? {};
  learner.dispose();
  return {
    chosen: [0, 1, 2, 3].map((context) => act(policy, advantagesOf(head, options, context, 4))[context]),
    values: [0, 1, 2, 3].map((context) => stateValueOf(head, options, context)),
  };
}

describe('the value target', () => {
  it.each([
    ['with V alone', {}],
    ['with the group baseline', { groupBaseline: true }],
    ['centred by the mean', { groupBaseline: true, head: { hidden: [32], centring: 'mean' } }],
  ])('finds the better actions of a contextual bandit %s', async (_, agent) => {
    const { chosen, values } = await bandit(agent);
    for (const probability of chosen) expect(probability).toBeGreaterThan(0.7);
    for (const value of values) expect(value).toBeGreaterThan(0.6);
  });

  it.each([
    ['whole episodes', { type: 'episode' }],
    ['one step', { type: 'one-step' }],
    ['lambda', { type: 'lambda', lambda: 0.5 }],
  ])('fits V to the value of the policy that acts: %s', async (_, returns) => {
    const options = learnerOptions({
      returns,
      gamma: GAMMA,
      target: { type: 'value', tau: 0.5 },
      valueUpdates: 200,
      valueBatchSize: 32,
      valueLr: 5e-3,
      targetNetwork: { type: 'hard', every: 50 },
    });
    const learner = new LearnerCore(backend, options);
    const episode = { ...walk(0, [], () => 0, 10), kl: Float32Array.of(0.2, 0.2, 0.2) };
    let report = await learner.learn([episode], 0);
    for (let i = 1; i < 8; i++) report = await learner.learn([episode], i);
    const last = 1 - 0.1;
    const middle = GAMMA * last - 0.1;
    const expected = [GAMMA * middle - 0.1, middle, last];
    expected.forEach((value, state) => {
      expect(Math.abs(stateValueOf(report.head, options, state, state / 10) - value)).toBeLessThan(0.03);
    });
    learner.dispose();
  });

  it.each([
    ['quantiles', { type: 'quantile', quantiles: 8 }],
    ['bins', { type: 'hl-gauss', bins: 51, min: -0.5, max: 1.5 }],
  ])('fits %s to the value too', async (_, critic) => {
    const options = learnerOptions({
      critic,
      returns: { type: 'lambda', lambda: 0.5 },
      gamma: GAMMA,
      target: { type: 'value', tau: 0 },
      twin: true,
      valueUpdates: 150,
      valueBatchSize: 32,
      valueLr: 5e-3,
      targetNetwork: { type: 'hard', every: 50 },
    });
    const learner = new LearnerCore(backend, options);
    const episode = walk(0, [], () => 0, 10);
    let report = await learner.learn([episode], 0);
    for (let i = 1; i < 8; i++) report = await learner.learn([episode], i, { rate: i < 7 ? 1 : 0.2 });
    [GAMMA * GAMMA, GAMMA, 1].forEach((value, state) => {
      expect(Math.abs(stateValueOf(report.head, options, state, state / 10) - value)).toBeLessThan(0.03);
    });
    learner.dispose();
  });

  it('bootstraps from the smaller of two values, by hand', async () => {
    const options = tableOptions({
      target: { type: 'value', tau: 0 },
      returns: { type: 'lambda', lambda: 0.5 },
      gamma: 0.5,
      twin: true,
      groupBaseline: false,
      gradClip: 1e6,
      valueUpdates: 1,
    });
    const [v, v2] = [
      [10, 6, 8],
      [4, 9, 2],
    ];
    const initial = tableHead(options.spec, { v: v.map((x) => [x]), v2: v2.map((x) => [x]) });
    const learner = new LearnerCore(backend, { ...options, initial });
    const steps = [1, 2, 4].map((reward, state) => ({ state, action: 0, reward }));
    await learner.learn([episodeOf(steps, 2)], 0);
    const { optimizer } = await learner.snapshot();
    learner.dispose();
    // Adam's first mean is a tenth of the gradient.
    const gradient = (name: string) => optimizer[`${name}.m`].data.map((m) => 10 * m);
    // V- is 6 and 2 after the first steps.
    const y1 = 2 + 0.5 * (0.5 * 2 + 0.5 * 4);
    const returns = [1 + 0.5 * (0.5 * 6 + 0.5 * y1), y1, 4];
    const byAdvantage = gradient('g.0.weight');
    const [byFirst, bySecond] = [gradient('v.0.weight'), gradient('v2.0.weight')];
    returns.forEach((y, state) => {
      // The mean squared error's slope at A = 0, where c is 1/2 for the action taken and -1/2 for the other.
      const slope = (2 * (v[state] - y)) / 3;
      expect(byAdvantage[2 * state]).toBeCloseTo(slope / 2, 4);
      expect(byAdvantage[2 * state + 1]).toBeCloseTo(-slope / 2, 4);
      // Both critics are fitted to the same returns, on the same minibatch.
      expect(byFirst[state] * (v2[state] - y)).toBeCloseTo(bySecond[state] * (v[state] - y), 3);
      expect(byFirst[state]).not.toBe(0);
    });
  });

  it('bootstraps where an episode is cut off', async () => {
    const options = learnerOptions({ gamma: GAMMA, valueUpdates: 200, valueBatchSize: 32, valueLr: 5e-3 });
    const learner = new LearnerCore(backend, options);
    const cutOff = walk(0, [], () => 0, 2);
    const whole = walk(2, [], () => 0, 10);
    let report = await learner.learn([cutOff, whole], 0);
    for (let i = 1; i < 8; i++) report = await learner.learn([cutOff, whole], i);
    // The last state is seen at another time of the whole episode, so it generalises.
    expect(Math.abs(stateValueOf(report.head, options, 0, 0) - GAMMA * GAMMA)).toBeLessThan(0.15);
    learner.dispose();
  });
});
