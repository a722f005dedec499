import type { RewardModelConfig } from '../../config/index.js';

/** What a score is made of: which of a completion's states a net reads, and what becomes of its outputs. */
export interface Pooling {
  /** Width of a row that the net reads. */
  readonly inputs: number;
  /** Numbers that the net gives for a row. */
  readonly outputs: number;
  /**
   * What the net reads of a completion.
   * @param states before each token and behind the last, `[T + 1, size]`
   * @returns `[rows, inputs]`
   */
  rows(states: Float32Array): Float32Array;
  /** What each output counts in the score, of a completion of so many rows; `[rows, outputs]`. */
  weights(rows: number): Float32Array;
  /** What the net reads to score every beginning of a completion, the empty one first; `[T + 1, inputs]`. */
  prefixRows(states: Float32Array): Float32Array;
  /** The scores of the beginnings, `[T + 1]`, from the net's outputs `[T + 1, outputs]`. */
  prefixScores(outputs: Float32Array): Float32Array;
}

/** What a pooling pools. */
export type PoolingSpec = Pick<RewardModelConfig, 'pooling' | 'hidden'>;

/**
 * The pooling of a reward model. Only states behind a completion's tokens count; those of an empty one are replaced by
 * the state behind its prompt. Without hidden layers the states are pooled and then read, with them read and then pooled:
 * a linear net makes no difference between the two.
 * @param size Of a state.
 */
export function poolingOf({ pooling, hidden }: PoolingSpec, size: number): Pooling {
  return hidden.length === 0 ? poolThenRead(pooling, size) : readThenPool(pooling, size);
}

/** One row for a completion: the mean of its states, the last one, or both side by side. */
function poolThenRead(pooling: RewardModelConfig['pooling'], size: number): Pooling {
  const inputs = pooling === 'both' ? 2 * size : size;
  const prefixRows = (states: Float32Array) => {
    const count = states.length / size;
    const rows = new Float32Array(count * inputs);
    if (pooling !== 'last') runningMeans(states, size, rows, inputs);
    const offset = inputs - size;
    for (let t = 0; t < count && pooling !== 'mean'; t++) {
      rows.set(states.subarray(t * size, (t + 1) * size), t * inputs + offset);
    }
    return rows;
  };
  return {
    inputs,
    outputs: 1,
    rows: (states) => prefixRows(states).slice(-inputs),
    weights: () => Float32Array.of(1),
    prefixRows,
    prefixScores: (outputs) => outputs,
  };
}

/** The mean of the states behind the first `t` tokens, for every `t`; of none, the state before them. */
function runningMeans(states: Float32Array, size: number, to: Float32Array, width: number): void {
  const sums = new Float64Array(size);
  to.set(states.subarray(0, size));
  for (let t = 1; t < states.length / size; t++) {
    for (let i = 0; i < size; i++) {
      sums[i] += states[t * size + i];
      to[t * width + i] = sums[i] / t;
    }
  }
}

/** A row for every state; with `both`, the net's second output is for the last one. */
function readThenPool(pooling: RewardModelConfig['pooling'], size: number): Pooling {
  const outputs = pooling === 'both' ? 2 : 1;
  return {
    inputs: size,
    outputs,
    rows(states) {
      if (pooling === 'last' || states.length === size) return states.slice(-size);
      return states.slice(size);
    },
    weights(rows) {
      const weights = new Float32Array(rows * outputs);
      for (let row = 0; row < rows; row++) weights[row * outputs] = 1 / rows;
      if (outputs === 2) weights[weights.length - 1] = 1;
      return weights;
    },
    prefixRows: (states) => states,
    prefixScores: (read) => (pooling === 'last' ? read : prefixMeans(read, outputs)),
  };
}

/** The mean of the first outputs behind the first `t` tokens, with `both` and the second output behind the last of them. */
function prefixMeans(read: Float32Array, outputs: number): Float32Array {
  let sum = 0;
  return Float32Array.from({ length: read.length / outputs }, (_, t) => {
    sum = t === 0 ? 0 : sum + read[t * outputs];
    const mean = t === 0 ? read[0] : sum / t;
    return outputs === 2 ? mean + read[t * outputs + 1] : mean;
  });
}

/** The score of a completion: its net's outputs `[rows, outputs]`, weighted. */
export function pooledScore(outputs: ArrayLike<number>, weights: Float32Array): number {
  let score = 0;
  for (let i = 0; i < weights.length; i++) score += weights[i] * outputs[i];
  return score;
}
