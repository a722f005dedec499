import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../src/agent/compute/backend.js';
import { meanLoss } from '../../../src/agent/compute/losses/scalar.js';
import { backpropagate, layerOutputs } from '../../../src/agent/compute/mlp.js';
import { initHead } from '../../../src/agent/head/head.js';
import { Adam, clipByGlobalNorm } from '../../../src/agent/learner/adam.js';
import { free, Net } from '../../../src/agent/learner/net.js';
import { meansOf, update } from '../../../src/agent/learner/update.js';
import { randomStream } from '../../../src/common/index.js';
import { tiedSpec } from '../specs.js';

let tf: Tf;
beforeAll(async () => {
  tf = (await loadBackend('wasm')).tf;
});

/** Weights of a net with two inputs, 3 and 4 hidden units and two outputs, biases included. */
function someWeights(): Float32Array[] {
  const random = randomStream(1, 'weights');
  return [2 * 3, 3, 3 * 4, 4, 4 * 2, 2].map((size) =>
    Float32Array.from({ length: size }, () => random.normal()),
  );
}

const shapes = [[2, 3], [3], [3, 4], [4], [4, 2], [2]];
const x = [0.3, -1.2, 0.8, 0.5, -0.7, 2];

function tensors(weights: Float32Array[]) {
  return weights.map((data, i) => tf.tensor(data.slice(), shapes[i]));
}

function outputOf(weights: Tensor[], input: Tensor): Tensor {
  return layerOutputs(tf, weights, input).slice(-1)[0];
}

/** Sum of the squares of the net's outputs on three inputs. */
function sumOfSquares(weights: Float32Array[]): number {
  return tf.tidy(() => tf.sum(tf.square(outputOf(tensors(weights), tf.tensor2d(x, [3, 2])))).dataSync()[0]);
}

describe('mlp', () => {
  it('is what it says, computed by hand', async () => {
    const weights = [
      tf.tensor2d([[1, -1]]),
      tf.tensor1d([0.5, 0.25]),
      tf.tensor2d([[2], [3]]),
      tf.tensor1d([-1]),
    ];
    const y = outputOf(weights, tf.tensor2d([[1], [-1]]));
    // relu(1.5), relu(-0.75); relu(-0.5), relu(1.25)
    expect([...(await y.data())]).toEqual([2 * 1.5 - 1, 3 * 1.25 - 1]);
  });

  it('has the gradients of finite differences', () => {
    const weights = someWeights();
    const gradients = tf.tidy(() => {
      const now = tensors(weights);
      const outputs = layerOutputs(tf, now, tf.tensor2d(x, [3, 2]));
      const dy = tf.mul(outputs[outputs.length - 1], 2);
      return backpropagate(tf, now, outputs, dy).gradients.map((gradient) => gradient.dataSync());
    });
    const step = 1e-3;
    weights.forEach((layer, i) => {
      expect(gradients[i].length).toBe(layer.length);
      layer.forEach((weight, j) => {
        layer[j] = weight + step;
        const above = sumOfSquares(weights);
        layer[j] = weight - step;
        const below = sumOfSquares(weights);
        layer[j] = weight;
        const slope = (above - below) / (2 * step);
        expect(Math.abs(gradients[i][j] - slope)).toBeLessThan(0.02 + 0.01 * Math.abs(slope));
      });
    });
  });
});

describe('meanLoss', () => {
  it.each([
    ['mse', { type: 'mse' }, (0.25 + 9) / 2, [0.5, -3]],
    ['huber', { type: 'huber', delta: 1 }, (0.125 + 2.5) / 2, [0.25, -0.5]],
    ['huber with a delta', { type: 'huber', delta: 2 }, (0.125 + 2 * (3 - 1)) / 2, [0.25, -1]],
  ] as const)('%s', (_, config, expected, slopes) => {
    tf.tidy(() => {
      const { loss, gradient } = meanLoss(tf, config, tf.tensor1d([1.5, 0]), tf.tensor1d([1, 3]));
      expect(loss.dataSync()[0]).toBeCloseTo(expected, 5);
      expect([...gradient.dataSync()]).toEqual(slopes.map((slope) => expect.closeTo(slope, 5)));
    });
  });
});

describe('meanLoss with weights', () => {
  const target = [1, 3, -0.5, 0];
  const predicted = [1.5, 0, -0.2, 2.4];
  const weights = [1, 0.25, 0.5, 0];

  it.each([
    ['mse', { type: 'mse' }, (0.25 + 0.25 * 9 + 0.5 * 0.09) / 4],
    ['huber', { type: 'huber', delta: 1 }, (0.125 + 0.25 * 2.5 + 0.5 * 0.045) / 4],
  ] as const)('%s', (_, config, expected) => {
    const lossOf = (of: number[]) =>
      tf.tidy(() => {
        const { loss, gradient, error } = meanLoss(
          tf,
          config,
          tf.tensor1d(of),
          tf.tensor1d(target),
          tf.tensor1d(weights),
        );
        return { loss: loss.dataSync()[0], gradient: gradient.dataSync(), error: error.dataSync() };
      });
    const { loss, gradient, error } = lossOf(predicted);
    expect(loss).toBeCloseTo(expected, 6);
    const step = 1e-2;
    predicted.forEach((prediction, i) => {
      expect(error[i]).toBeCloseTo(prediction - target[i], 6);
      const [above, below] = [step, -step].map((by) => lossOf(predicted.with(i, prediction + by)).loss);
      expect(gradient[i]).toBeCloseTo((above - below) / (2 * step), 4);
    });
  });
});

describe('clipByGlobalNorm', () => {
  it('scales all gradients down together, and never up', () => {
    tf.tidy(() => {
      const gradients = [tf.tensor1d([3]), tf.tensor1d([0, 4])];
      const { clipped, norm } = clipByGlobalNorm(tf, gradients, 1);
      expect(norm.dataSync()[0]).toBeCloseTo(5, 5);
      expect(clipped[0].dataSync()[0]).toBeCloseTo(0.6, 5);
      expect(clipped[1].dataSync()[1]).toBeCloseTo(0.8, 5);
      const { clipped: kept } = clipByGlobalNorm(tf, gradients, 10);
      expect(kept[1].dataSync()[1]).toBeCloseTo(4, 5);
      const { clipped: zero } = clipByGlobalNorm(tf, [tf.zeros([2])], 1);
      expect([...zero[0].dataSync()]).toEqual([0, 0]);
    });
  });
});

describe('Adam', () => {
  const spec = tiedSpec(1, []);

  it('makes the steps of the paper', async () => {
    // One weight and one bias, both from zero.
    const net = new Net(tf, 'g', spec, initHead(spec, randomStream(1, 'head')));
    const adam = new Adam(tf, net, 0.1, 100);
    let [w, m, v] = [0, 0, 0];
    for (const [i, gradient] of [2, -0.5, 1].entries()) {
      const gradients = [tf.tensor2d([[gradient]]), tf.tensor1d([0])];
      free([...gradients, adam.apply(gradients)]);
      m = 0.9 * m + 0.1 * gradient;
      v = 0.999 * v + 0.001 * gradient ** 2;
      w -= (0.1 * (m / (1 - 0.9 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
      expect((await net.read())['g.0.weight'].data[0]).toBeCloseTo(w, 5);
    }
    expect((await adam.read())['g.step'].data[0]).toBe(3);
    net.dispose();
    adam.dispose();
  });
});

describe('update', () => {
  it('keeps the number of tensors and lowers the loss', async () => {
    const spec = tiedSpec(2, [8]);
    const net = new Net(tf, 'g', spec, initHead(spec, randomStream(1, 'head')));
    const adam = new Adam(tf, net, 0.01, 1);
    const step = () =>
      update(tf, [adam], () => {
        const outputs = layerOutputs(tf, net.tensors, tf.tensor2d(x, [3, 2]));
        const predicted = tf.reshape(outputs[outputs.length - 1], [6]);
        const wanted = tf.tensor1d([1, 0, 0, 1, -1, 2]);
        const { loss, gradient, error } = meanLoss(tf, { type: 'mse' }, predicted, wanted);
        const dy = tf.reshape(gradient, [3, 2]);
        return { loss, gradients: [backpropagate(tf, net.tensors, outputs, dy).gradients], error };
      });
    const first = await meansOf(tf, [step()]);
    const { numTensors } = tf.memory();
    const later = await meansOf(
      tf,
      Array.from({ length: 200 }, () => step()),
    );
    expect(tf.memory().numTensors).toBe(numTensors);
    expect((await meansOf(tf, [step()])).loss).toBeLessThan(0.1 * first.loss);
    expect(later.norm).toBeGreaterThan(0);
    net.dispose();
    adam.dispose();
  });
});
