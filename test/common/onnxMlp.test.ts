import { describe, expect, it } from 'vitest';
import { standardisingLayer } from '../../src/common/onnxMlp.js';

describe('standardisingLayer', () => {
  const layer = {
    // Three inputs, two outputs.
    weight: { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    bias: { shape: [2], data: Float32Array.of(10, 20) },
  };

  const standardisation = { mean: Float32Array.of(1, 2), scale: Float32Array.of(0.5, 2) };

  it('gives of the inputs what the layer gives of the standardised ones', () => {
    // x = [5, 7, 9] is standardised to [(5 - 1) * 0.5, (7 - 2) * 2, 9] = [2, 10, 9], and the outputs are
    // 2 * 1 + 10 * 3 + 9 * 5 + 10 = 87 and 2 * 2 + 10 * 4 + 9 * 6 + 20 = 118.
    const { weight, bias } = standardisingLayer(layer, standardisation);
    expect(weight).toEqual({ shape: [3, 2], data: Float32Array.of(0.5, 1, 6, 8, 5, 6) });
    expect([...bias.data]).toEqual([10 - 0.5 - 12, 20 - 1 - 16]);
    const x = [5, 7, 9];
    const outputs = [0, 1].map((j) =>
      x.reduce((sum, v, i) => sum + v * weight.data[2 * i + j], bias.data[j]),
    );
    expect(outputs).toEqual([87, 118]);
  });

  it('leaves the layer as it was', () => {
    standardisingLayer(layer, standardisation);
    expect([...layer.weight.data, ...layer.bias.data]).toEqual([1, 2, 3, 4, 5, 6, 10, 20]);
  });
});
