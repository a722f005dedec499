/** Draws a token from a row of logits `[vocab]`, which stays as it is, with a number of [0, 1). */
export type TokenSampler = (row: Float32Array, uniform: number) => number;
