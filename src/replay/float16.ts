import { Float16Array } from '@petamoriken/float16';

/** Bits of infinity, without the sign. */
const INFINITY_BITS = 0x7c00;

/**
 * Rounds finite numbers to IEEE half precision, to nearest, ties to even: 11 significant bits up to 65,504. Larger ones
 * become the largest, not infinity: one large activation must not turn everything that a net computes into infinity.
 * @returns their bits
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(new Float16Array(values).buffer);
  for (let i = 0; i < bits.length; i++) if ((bits[i] & ~0x8000) === INFINITY_BITS) bits[i]--;
  return bits;
}
