import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadBackend } from '../../../src/agent/compute/backend.js';
import { netLayout } from '../../../src/agent/head/head.js';
import { HeadRuntime, type HeadTensors, initHead } from '../../../src/agent/index.js';
import { LearnerCore } from '../../../src/agent/learner/learnerCore.js';
import { Net } from '../../../src/agent/learner/net.js';
import { randomStream } from '../../../src/common/index.js';
import type { Trajectory } from '../../../src/replay/index.js';
import { learnerOptions } from '../worlds.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('wasm');
});

const random = randomStream(8, 'net');
const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal());

const [height, width, channels, actions] = [4, 5, 2, 3];
const stateSize = height * width * channels;
const image = { tokens: false, stateSize, actionSize: actions, observationShape: [height, width, channels] };
const conv = [
  { filters: 3, size: 2 },
  { filters: 2, size: 2, stride: 2 },
];
const options = learnerOptions({ head: { conv, hidden: [6] }, target: { type: 'dqn' } }, {}, image);
const { spec, rows } = options;

/** A head whose every weight is normal, and its standardisation not the identity. */
function someHead(): HeadTensors {
  const head = initHead(spec, random);
  for (const [name, { data }] of Object.entries(head)) {
    data.set(normals(data.length));
    if (name === 'input.scale') data.set(data.map((x) => 0.5 + Math.abs(x)));
  }
  return head;
}

describe('a net with convolutions', () => {
  const head = someHead();
  const n = 4;
  const states = normals(n * stateSize);
  const [mean, scale] = [head['input.mean'].data, head['input.scale'].data];
  const inputs = states.map((x, i) => (x - mean[i % stateSize]) * scale[i % stateSize]);

  it('has its kernels and biases before its layers', () => {
    expect(netLayout('g', spec).map(({ name, shape }) => [name, ...shape])).toEqual([
      ['g.conv.0.weight', 2, 2, 2, 3],
      ['g.conv.0.bias', 3],
      ['g.conv.1.weight', 2, 2, 3, 2],
      ['g.conv.1.bias', 2],
      // 4 x 5 becomes 3 x 4, and then 1 x 2.
      ['g.0.weight', 4, 6],
      ['g.0.bias', 6],
      ['g.1.weight', 6, 3],
      ['g.1.bias', 3],
    ]);
    expect(netLayout('v', spec).at(-1)).toEqual({ name: 'v.1.bias', shape: [1] });
  });

  it('learns with what ONNX Runtime acts with', async () => {
    const outputOf = (name: 'g' | 'v') => {
      const net = new Net(backend.tf, name, spec, head);
      const output = backend.tf.tidy(() => Array.from(net.run(inputs).output.dataSync()));
      net.dispose();
      return output;
    };
    const runtime = await HeadRuntime.create(head, spec, rows);
    const progress = new Float32Array(n);
    const candidates = Int32Array.from({ length: n * actions }, (_, i) => i % actions);
    const reference = new Float32Array(n * actions);
    const [advantages, values] = [
      await runtime.advantages({ rows: n, k: actions, states, progress, candidates, reference }),
      await runtime.values(states, progress),
    ];
    await runtime.release();
    const g = outputOf('g');
    const centred = g.map((x, i) => {
      const first = i - (i % actions);
      return x - g.slice(first, first + actions).reduce((sum, y) => sum + y, 0) / actions;
    });
    expect([...advantages]).toEqual(centred.map((x) => expect.closeTo(x, 3)));
    expect([...values]).toEqual(outputOf('v').map((x) => expect.closeTo(x, 3)));
    expect(new Set(values).size).toBe(n);
  });

  it('has the gradients of finite differences, through layers and convolutions', () => {
    const { tf } = backend;
    const dy = normals(n * actions);
    const before = tf.memory().numTensors;
    /** Runs some weights; the sum of outputs times `dy`, and its gradients. */
    const run = (weights: HeadTensors) => {
      const net = new Net(tf, 'g', spec, weights);
      const found = tf.tidy(() => {
        const { output, backward } = net.run(inputs);
        const gradients = backward(tf.tensor2d(dy, [n, actions])).map((gradient) => gradient.dataSync());
        const products = Array.from(output.dataSync(), (y, i) => y * dy[i]);
        return { sum: products.reduce((sum, x) => sum + x, 0), gradients };
      });
      net.dispose();
      return found;
    };
    const { gradients } = run(head);
    const step = 2 ** -7;
    netLayout('g', spec).forEach(({ name, shape }, i) => {
      const { data } = head[name];
      expect(gradients[i].length).toBe(data.length);
      data.forEach((_, j) => {
        const [above, below] = [step, -step].map((by) => {
          const moved = data.with(j, data[j] + by);
          return run({ ...head, [name]: { shape, data: moved } }).sum / (2 * step);
        });
        const slope = above - below;
        expect(Math.abs(gradients[i][j] - slope)).toBeLessThan(0.02 + 0.01 * Math.abs(slope));
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** A picture with one bright pixel; the first action is right when it is in the left half, else the second. */
function picture(pixel: number, action: number): Trajectory {
  const [side, right] = [4, pixel % 4 < 2 ? 0 : 1];
  return {
    length: 1,
    start: 0,
    states: Float32Array.from({ length: side * side }, (_, i) => (i === pixel ? 1 : 0)),
    candidates: Int32Array.of(0, 1),
    taken: Int32Array.of(action),
    reference: new Float32Array(2).fill(-Math.LN2),
    behaviour: new Float32Array(2).fill(0.5),
    rewards: Float32Array.of(action === right ? 1 : 0),
    kl: new Float32Array(1),
    terminated: true,
    group: 0,
    iteration: 0,
    horizon: 1,
  };
}

it('learns where a picture is bright', async () => {
  const agent = {
    target: { type: 'dqn' },
    head: { conv: [{ filters: 4, size: 2 }], hidden: [16] },
    lr: 1e-2,
    valueLr: 1e-2,
    batchSize: 32,
    updates: 40,
  };
  const world = { tokens: false, stateSize: 16, actionSize: 2, observationShape: [4, 4, 1] };
  const learner = new LearnerCore(backend, learnerOptions(agent, {}, world));
  const pictures = Array.from({ length: 32 }, (_, i) => picture(i >> 1, i & 1));
  const { loss: first } = await learner.learn(pictures, 0);
  let last = await learner.learn([], 1);
  for (let i = 2; i < 5; i++) last = await learner.learn([], i);
  learner.dispose();
  expect(first).toBeGreaterThan(0.05);
  expect(last.loss).toBeLessThan(0.002);
});
