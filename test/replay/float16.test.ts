import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float16Values } from '../../src/common/index.js';
import { toFloat16 } from '../../src/replay/float16.js';

const bitsOf = (x: number) => toFloat16(Float32Array.of(x))[0];
const rounded = (x: number) => float16Values()[bitsOf(x)];

describe('toFloat16', () => {
  it.each([
    ['zero', 0, 0x0000],
    ['minus zero', -0, 0x8000],
    ['one', 1, 0x3c00],
    ['minus two', -2, 0xc000],
    ['a third', 1 / 3, 0x3555],
    ['the largest', 65504, 0x7bff],
    ['the smallest normal number', 2 ** -14, 0x0400],
    ['the largest subnormal number', 1023 * 2 ** -24, 0x03ff],
    ['the smallest number', 2 ** -24, 0x0001],
    ['minus the smallest number', -(2 ** -24), 0x8001],
    ['less than half the smallest number', 0.99 * 2 ** -25, 0x0000],
  ])('knows %s', (_, x, bits) => {
    expect(bitsOf(x)).toBe(bits);
  });

  it.each([
    ['1 and the next', 1 + 2 ** -11, 0x3c00],
    ['the two after', 1 + 3 * 2 ** -11, 0x3c02],
    ['0 and the smallest', 2 ** -25, 0x0000],
    ['the two smallest', 3 * 2 ** -25, 0x0002],
    ['the largest subnormal and the smallest normal', 2047 * 2 ** -25, 0x0400],
    ['the two largest', 65488, 0x7bfe],
  ])('rounds the middle between %s to even', (_, x, bits) => {
    expect(bitsOf(x)).toBe(bits);
    expect(bitsOf(-x)).toBe(bits | 0x8000);
  });

  it.each([65519, 65520, 65536, 1e38])('makes %d the largest number, not infinity', (x) => {
    expect([rounded(x), rounded(-x)]).toEqual([65504, -65504]);
  });

  it('rounds to the nearest: a relative error of 2^-11 at most, and 2^-25 below the normal numbers', () => {
    const number = fc.oneof(
      fc.float({ min: -65504, max: 65504, noNaN: true }),
      fc.float({ min: Math.fround(-1e-3), max: Math.fround(1e-3), noNaN: true }),
    );
    fc.assert(
      fc.property(number, (x) => {
        expect(Math.abs(rounded(x) - x)).toBeLessThanOrEqual(Math.max(2 ** -11 * Math.abs(x), 2 ** -25));
      }),
    );
  });
});

describe('float16Values', () => {
  it('comes back as the same bits, whatever finite number it is', () => {
    const finite = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i).filter((i) => (i & 0x7c00) !== 0x7c00);
    const values = Float32Array.from(finite, (bits) => float16Values()[bits]);
    expect(finite.length).toBe(2 ** 16 - 2 ** 11);
    expect(Buffer.compare(Buffer.from(toFloat16(values).buffer), Buffer.from(finite.buffer))).toBe(0);
  });
});
