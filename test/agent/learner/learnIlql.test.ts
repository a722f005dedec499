import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadBackend } from '../../../src/agent/compute/backend.js';
import { LearnerCore } from '../../../src/agent/learner/learnerCore.js';
import { learnIlql } from '../../../src/agent/learner/learnIlql.js';
import type { HeadTensors } from '../../../src/agent/types.js';
import type { Collected } from '../../replay/trajectories.js';
import { errorOf, GAMMA, jointly, qOf, randomWalks, statesOf, walk } from '../chain.js';
import { freeLearning, tableHead, tableLearning, tableOptions } from '../tables.js';
import { advantagesOf, episodeOf, learnerOptions, stateValueOf, twoActions } from '../worlds.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('wasm');
});

const chain = { ...jointly, returns: { type: 'one-step' } };

/** The number from which the values above it, times `tau`, are as far as those below, times `1 - tau`. */
function expectile(values: readonly number[], tau: number): number {
  let m = values.reduce((sum, x) => sum + x, 0) / values.length;
  for (let i = 0; i < 100; i++) {
    const weights = values.map((x) => (x > m ? tau : 1 - tau));
    const total = weights.reduce((sum, w) => sum + w, 0);
    m = values.reduce((sum, x, j) => sum + weights[j] * x, 0) / total;
  }
  return m;
}

/** `V(s)`, the expectile of `r + gamma V(s')` over the actions that some walks take in `s`; `[3]`. */
function expectileValues(walks: readonly Collected[], tau: number): number[] {
  let v = [0, 0, 0];
  for (let i = 0; i < 100; i++) {
    const found: number[][] = [[], [], []];
    for (const walked of walks) {
      const states = statesOf(walked);
      walked.rewards.forEach((reward, t) => {
        const ends = walked.terminated && t === walked.length - 1;
        found[states[t]].push(reward + (ends ? 0 : GAMMA * v[states[t + 1]]));
      });
    }
    v = found.map((values) => expectile(values, tau));
  }
  return v;
}

describe('ilql on a chain', () => {
  it.each([
    ['an expectile', 0.8, { twin: false }, {}],
    ['the mean', 0.5, { twin: false }, {}],
    // Where `g` alone made up for the moves of `v`, a target that follows closely would not converge.
    ['with a quick target', 0.8, { targetNetwork: { type: 'hard', every: 5 } }, {}],
    [
      'with two critics, from a prioritised replay',
      0.7,
      { twin: true },
      { replay: { type: 'prioritised', betaStart: 1 } },
    ],
  ])('learns Q and V of the best of the data: %s', async (_, tau, agent, more) => {
    const target = { type: 'ilql', expectile: tau, cql: 0 };
    const options = learnerOptions({ ...chain, ...agent, target }, more, twoActions);
    const learner = new LearnerCore(backend, options);
    const walks = randomWalks(100);
    let report = await learner.learn(walks, 0);
    for (let i = 1; i < 6; i++) {
      report = await learner.learn([], i, { rate: i < 5 ? 1 : 0.2 });
    }
    learner.dispose();
    const v = expectileValues(walks, tau);
    v.forEach((value, state) => {
      expect(Math.abs(stateValueOf(report.head, options, state) - value)).toBeLessThan(0.03);
      const [go, stay] = qOf(report.head, options, state);
      expect(go).toBeGreaterThan(stay);
    });
    const q = [0, 1, 2].map((state) => [state === 2 ? 1 : GAMMA * v[state + 1], 0.1 + GAMMA * v[state]]);
    expect(errorOf(report.head, options, q)).toBeLessThan(0.05);
  });

  it('holds the actions in the data above the others by the CQL term', async () => {
    const gaps = [];
    for (const cql of [0, 0.5]) {
      const options = learnerOptions({ ...chain, target: { type: 'ilql', cql } }, {}, twoActions);
      const learner = new LearnerCore(backend, options);
      const { head } = await learner.learn([walk(0, [], () => 0, 10)], 0);
      learner.dispose();
      const [taken, other] = advantagesOf(head, options, 1, 2);
      gaps.push(taken - other);
    }
    expect(Math.abs(gaps[0])).toBeLessThan(0.2);
    expect(gaps[1]).toBeGreaterThan(1);
  });
});

/** Adam's first mean is a tenth of the gradient. */
const gradientOf = (optimizer: HeadTensors, name: string) =>
  Array.from(optimizer[`${name}.m`].data, (m) => 10 * m);

/** The same of `v`, which takes a step by the loss of Q and then one by its own. */
const twoSlopes = (first: number, second: number) => expect.closeTo(0.9 * first + second, 4);

describe('one update of ilql', () => {
  const once = { updates: 1, gradClip: 1e6, gamma: 0.5, returns: { type: 'one-step' }, valueLr: 1e-9 };

  it('has the gradient of finite differences, CQL term included', async () => {
    const [cql, reward, taken, value] = [0.7, 0.6, 2, 0.9];
    const options = tableOptions({ ...once, batchSize: 8, target: { type: 'ilql', cql } }, {}, 3);
    const g = [0.3, -0.8, 0.5];
    const initial = tableHead(options.spec, { g: [[0, 0, 0], g], v: [[0], [value]] });
    const learner = new LearnerCore(backend, { ...options, initial });
    await learner.learn([episodeOf([{ state: 1, action: taken, reward }], 3)], 0);
    const { optimizer } = await learner.snapshot();
    learner.dispose();
    const lossOf = (a: number[]) =>
      (value + a[taken] - reward) ** 2 +
      cql * (Math.log(a.reduce((sum, x) => sum + Math.exp(x), 0)) - a[taken]);
    const differences = g.map((x, i) => (lossOf(g.with(i, x + 1e-4)) - lossOf(g.with(i, x - 1e-4))) / 2e-4);
    const expected = differences.map((slope) => expect.closeTo(slope, 4));
    expect(gradientOf(optimizer, 'g.0.bias')).toEqual(expected);
    expect(gradientOf(optimizer, 'g.0.weight').slice(3, 6)).toEqual(expected);
    // Q is 0.9 + 0.5, as Q-, which pulls with the weight 0.8 as it is above V.
    expect(gradientOf(optimizer, 'v.0.bias')).toEqual([twoSlopes(2 * (1.4 - reward), 2 * 0.8 * (0.9 - 1.4))]);
  });

  it('reads the smaller Q- and V- of two critics', async () => {
    const options = tableOptions({ ...once, batchSize: 4, twin: true, target: { type: 'ilql', cql: 0 } });
    const online = { v: [[1], [0]], v2: [[0], [0]] };
    const target = { v: [[2], [3]], g: [[1, 0]], v2: [[1], [4]], g2: [[1.5, 9]] };
    const learning = tableLearning(backend.tf, options, online, target);
    learning.replay.add([episodeOf([{ state: 0, action: 0, reward: 1 }], 2, 1)]);
    await learnIlql(learning, { type: 'ilql', expectile: 0.8, cql: 0 }, () => {});
    const [first, second] = await Promise.all(
      learning.critics.map(async ({ g, v }) => ({ ...(await g.read()), ...(await v.read()) })),
    );
    freeLearning(learning);
    // V- is 3, so that y is 2.5, of which the v of each critic leaves 1.5 and 2.5 to its advantage.
    expect(gradientOf(first, 'g.0.bias')).toEqual([expect.closeTo(-3, 4), 0]);
    expect(gradientOf(second, 'g2.0.bias')).toEqual([expect.closeTo(-5, 4), 0]);
    // Q- is min(3, 2.5), above both values.
    expect(gradientOf(first, 'v.0.bias')).toEqual([twoSlopes(-3, -2 * 0.8 * 1.5)]);
    expect(gradientOf(second, 'v2.0.bias')).toEqual([twoSlopes(-5, -2 * 0.8 * 2.5)]);
  });

  it('weighs the CQL term and the value as the advantage, where it draws by priority', async () => {
    const options = tableOptions(
      { ...once, target: { type: 'ilql' }, batchSize: 4 },
      { replay: { type: 'prioritised', alpha: 1, epsilon: 1e-9 } },
    );
    const learning = tableLearning(backend.tf, options, {}, { v: [[1], [2]] });
    learning.replay.add([0, 1].map((state) => episodeOf([{ state, action: 0, reward: 3 }], 2)));
    // Three of four are then the first transition, with a third of the second one's weight.
    learning.replay.priorities?.update(Int32Array.of(0, 1), [3, 1]);
    await learnIlql({ ...learning, importance: 1 }, { type: 'ilql', expectile: 0.5, cql: 2 }, () => {});
    const [{ g, v }] = learning.critics;
    const [byG, byV] = [gradientOf(await g.read(), 'g.0.weight'), gradientOf(await v.read(), 'v.0.weight')];
    freeLearning(learning);
    // A quarter each: 2 (0 - 3), and the CQL slopes 2 (1/2 - 1) and 2 (1/2).
    const [taken, other] = [(-6 - 1) / 4, 1 / 4].map((slope) => expect.closeTo(slope, 4));
    expect(byG.slice(0, 4)).toEqual([taken, other, taken, other]);
    // 2 (0 - 3) as well, and 2 (1/2) (0 - Q-)
    expect(byV.slice(0, 2)).toEqual([twoSlopes(-6 / 4, -1 / 4), twoSlopes(-6 / 4, -2 / 4)]);
  });
});
