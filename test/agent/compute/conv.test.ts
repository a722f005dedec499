import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../src/agent/compute/backend.js';
import { type ConvLayer, convGradients, convOutputs, convShapes } from '../../../src/agent/compute/conv.js';
import { convGraph } from '../../../src/agent/head/convGraph.js';
import { randomStream, writeOnnx } from '../../../src/common/index.js';

let tf: Tf;
// Before each, since some tests take another backend.
beforeEach(async () => {
  tf = (await loadBackend('wasm')).tf;
});

const random = randomStream(5, 'conv');
const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal());

interface Trunk {
  shape: number[];
  layers: ConvLayer[];
  weights: { shape: number[]; data: Float32Array }[];
}

/** A trunk with normal weights and biases. */
function trunkOf(shape: number[], layers: ConvLayer[]): Trunk {
  const shapes = convShapes(shape, layers);
  const weights = layers.flatMap(({ size, filters }, i) => {
    const channels = shapes[i][2];
    return [
      { shape: [size, size, channels, filters], data: normals(size * size * channels * filters) },
      { shape: [filters], data: normals(filters) },
    ];
  });
  return { shape, layers, weights };
}

const tensorsOf = ({ weights }: Trunk) => weights.map(({ data, shape }) => tf.tensor(data.slice(), shape));

/** Every layer's output of a trunk, by plain loops. */
function outputsByHand({ shape, layers, weights }: Trunk, x: Float32Array, batch: number): number[][] {
  const shapes = convShapes(shape, layers);
  const outputs = [[...x]];
  layers.forEach(({ size, stride, filters }, layer) => {
    const [, width, channels] = shapes[layer];
    const [rows, columns] = shapes[layer + 1];
    const pixels = outputs[layer].length / batch / channels;
    const [kernel, bias] = [weights[2 * layer].data, weights[2 * layer + 1].data];
    const valueAt = (sample: number, row: number, column: number, filter: number) => {
      let sum = bias[filter];
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          for (let c = 0; c < channels; c++) {
            const pixel = sample * pixels + (row * stride + i) * width + column * stride + j;
            sum +=
              outputs[layer][pixel * channels + c] *
              kernel[((i * size + j) * channels + c) * filters + filter];
          }
        }
      }
      return Math.max(0, sum);
    };
    outputs.push(
      Array.from({ length: batch * rows * columns * filters }, (_, i) => {
        const [filter, pixel] = [i % filters, Math.floor(i / filters)];
        const [column, line] = [pixel % columns, Math.floor(pixel / columns)];
        return valueAt(Math.floor(line / rows), line % rows, column, filter);
      }),
    );
  });
  return outputs;
}

/** Half the sum of the squares of the trunk's outputs, whose gradient by them is they. */
function halfSquares(trunk: Trunk, x: Float32Array, batch: number): number {
  const outputs = outputsByHand(trunk, x, batch);
  return outputs[outputs.length - 1].reduce((sum, y) => sum + (y * y) / 2, 0);
}

const layer = (filters: number, size: number, stride: number): ConvLayer => ({ filters, size, stride });

/** Non-square images; strides that leave rows and columns over; kernels of one pixel and of the whole input. */
const trunks: [string, number[], ConvLayer[]][] = [
  ['one layer', [4, 5, 2], [layer(3, 3, 1)]],
  ['stride 2 with pixels left over', [6, 7, 2], [layer(3, 3, 2)]],
  ['two layers', [6, 5, 1], [layer(2, 3, 1), layer(3, 2, 1)]],
  ['two layers of stride 2', [9, 12, 2], [layer(3, 4, 2), layer(2, 2, 2)]],
  ['three layers', [8, 7, 1], [layer(2, 2, 1), layer(3, 3, 2), layer(2, 1, 1)]],
  ['a stride longer than the kernel', [5, 8, 1], [layer(2, 2, 1), layer(2, 1, 3)]],
  ['a kernel as large as its input', [3, 3, 2], [layer(4, 3, 1)]],
];

describe('convShapes', () => {
  it('gives the shape of the input and of every layer', () => {
    expect(convShapes([10, 8, 4], [layer(16, 3, 1)])).toEqual([
      [10, 8, 4],
      [8, 6, 16],
    ]);
    // Atari's: 84 -> (84 - 8) / 4 + 1 = 20 -> 9 -> 7
    const atari = [layer(32, 8, 4), layer(64, 4, 2), layer(64, 3, 1)];
    expect(convShapes([84, 84, 4], atari).at(-1)).toEqual([7, 7, 64]);
    expect(convShapes([5, 6, 1], [layer(1, 2, 2)])[1]).toEqual([2, 3, 1]);
    expect(convShapes([2, 3, 1], [])).toEqual([[2, 3, 1]]);
  });

  it('refuses a layer that does not fit, by height or by width', () => {
    expect(() => convShapes([6, 9, 1], [layer(4, 3, 2), layer(4, 3, 1)])).toThrow(
      'convolution 2 has a 3 x 3 kernel but its input is 2 x 4: take a smaller size or stride, or fewer layers, in agent.head.conv',
    );
    expect(() => convShapes([9, 2, 1], [layer(4, 3, 1)])).toThrow('input is 9 x 2');
  });
});

describe('convOutputs', () => {
  it('is what it says, computed by hand', () => {
    // One 2 x 3 image, a 2 x 2 kernel that takes the upper left less the lower right, and a bias of 1.
    const x = tf.tensor4d([1, 5, 2, 7, 3, 4], [1, 2, 3, 1]);
    const kernel = tf.tensor4d([1, 0, 0, -1], [2, 2, 1, 1]);
    const [, y] = convOutputs(tf, [kernel, tf.tensor1d([1])], [layer(1, 2, 1)], x);
    expect(y.shape).toEqual([1, 1, 2, 1]);
    // relu(1 - 3 + 1), relu(5 - 4 + 1)
    expect([...y.dataSync()]).toEqual([0, 2]);
  });

  it.each(trunks)('gives what plain loops give: %s', (_, shape, layers) => {
    const trunk = trunkOf(shape, layers);
    const x = normals(3 * shape[0] * shape[1] * shape[2]);
    const expected = outputsByHand(trunk, x, 3);
    tf.tidy(() => {
      const outputs = convOutputs(tf, tensorsOf(trunk), layers, tf.tensor(x.slice(), [3, ...shape]));
      expect(outputs.map((output) => output.shape)).toEqual(convShapes(shape, layers).map((s) => [3, ...s]));
      outputs.forEach((output, i) => {
        expect([...output.dataSync()]).toEqual(expected[i].map((value) => expect.closeTo(value, 4)));
      });
    });
  });
});

describe('convGradients', () => {
  const gradientsOf = (engine: Tf, trunk: Trunk, x: Float32Array, flat: boolean) => {
    const { numTensors } = engine.memory();
    const gradients = engine.tidy(() => {
      const now = trunk.weights.map(({ data, shape }) => engine.tensor(data.slice(), shape));
      const batch = engine.tensor(x.slice(), [2, ...trunk.shape]);
      const outputs = convOutputs(engine, now, trunk.layers, batch);
      const y = outputs[outputs.length - 1];
      const dy = flat ? engine.reshape(y, [2, y.size / 2]) : y;
      const found = convGradients(engine, now, trunk.layers, outputs, dy);
      expect(found.map(({ shape }) => shape)).toEqual(trunk.weights.map(({ shape }) => shape));
      return found.map((gradient) => gradient.dataSync());
    });
    expect(engine.memory().numTensors).toBe(numTensors);
    return gradients;
  };

  describe.each(['wasm', 'cpu'] as const)('on %s', (name) => {
    it.each(trunks)('are those of finite differences: %s', async (_, shape, layers) => {
      const { tf: engine } = await loadBackend(name);
      const trunk = trunkOf(shape, layers);
      const x = normals(2 * shape[0] * shape[1] * shape[2]);
      const gradients = gradientsOf(engine, trunk, x, false);
      // Weights are rounded to float32, so the step taken is measured.
      const step = 2 ** -12;
      trunk.weights.forEach(({ data }, i) => {
        data.forEach((weight, j) => {
          data[j] = weight + step;
          const up = data[j];
          const above = halfSquares(trunk, x, 2);
          data[j] = weight - step;
          const slope = (above - halfSquares(trunk, x, 2)) / (up - data[j]);
          data[j] = weight;
          expect(Math.abs(gradients[i][j] - slope)).toBeLessThan(0.01 + 0.002 * Math.abs(slope));
        });
      });
    });
  });

  it('take a flat gradient, as the dense layer behind the trunk gives it', () => {
    const trunk = trunkOf([6, 7, 2], [layer(3, 3, 2), layer(2, 2, 1)]);
    const x = normals(2 * 6 * 7 * 2);
    expect(gradientsOf(tf, trunk, x, true)).toEqual(gradientsOf(tf, trunk, x, false));
  });

  it('are zero behind units that ReLU switched off', () => {
    const trunk = trunkOf([4, 4, 1], [layer(2, 2, 1)]);
    trunk.weights[1].data.fill(-1000);
    const gradients = gradientsOf(tf, trunk, normals(2 * 16), false);
    expect(gradients.every((gradient) => gradient.every((slope) => slope === 0))).toBe(true);
  });
});

describe('convGraph', () => {
  it.each(trunks)('gives what plain loops give, in ONNX Runtime: %s', async (_, shape, layers) => {
    const trunk = trunkOf(shape, layers);
    const part = convGraph({ input: 'x', output: 'y', shape, layers, tensors: trunk.weights });
    const sizes = [shape, convShapes(shape, layers)[layers.length]].map(([h, w, c]) => h * w * c);
    const model = writeOnnx('v', part, [{ name: 'x', shape: ['rows', sizes[0]] }], {
      name: 'y',
      shape: ['rows', sizes[1]],
    });
    const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
    for (const batch of [1, 3]) {
      const x = normals(batch * sizes[0]);
      const { y } = await session.run({ x: new OrtTensor('float32', x, [batch, sizes[0]]) });
      expect(y.dims).toEqual([batch, sizes[1]]);
      const expected = outputsByHand(trunk, x, batch)[layers.length];
      expect(Array.from(y.data, Number)).toEqual(expected.map((value) => expect.closeTo(value, 4)));
    }
    await session.release();
  });
});
