import { describe, expect, it } from 'vitest';
import { canBeExact } from '../../src/lm/onnx/integers.js';
import { parseNode } from '../../src/lm/onnx/model.js';
import { encodeNode } from '../../src/lm/onnx/write.js';

const node = (opType: string, inputs: string[]) => parseNode(encodeNode(opType, inputs, ['y']));
const product = node('MatMulInteger', ['x', 'w', 'x_zero']);

describe('canBeExact', () => {
  it('holds for integers, and for dequantization with zero points', () => {
    expect(canBeExact([product, node('DequantizeLinear', ['w', 'scale', 'zero'])])).toBe(true);
  });

  it.each([
    ['left out', ['w', 'scale']],
    ['empty', ['w', 'scale', '']],
  ])('does not where a zero point is %s', (_, inputs) => {
    expect(canBeExact([product, node('DequantizeLinear', inputs)])).toBe(false);
  });
});
