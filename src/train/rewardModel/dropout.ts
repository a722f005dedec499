/**
 * Sets a share of some numbers to 0 at random, and scales up the rest to make up for it (Srivastava et al. 2014). The random
 * numbers are Marsaglia's xorshift (2003): millions are needed in every update.
 * @param seed a whole number other than 0
 */
export function dropOut(numbers: Float32Array, share: number, seed: number): void {
  const threshold = share * 2 ** 32;
  const factor = 1 / (1 - share);
  let state = seed | 0;
  for (let i = 0; i < numbers.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    numbers[i] = state >>> 0 < threshold ? 0 : numbers[i] * factor;
  }
}
