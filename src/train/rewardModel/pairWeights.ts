import type { Tf } from '../../agent/index.js';
import type { BatchWeights, TrainingPair } from './objective.js';
import type { CompletionRows } from './rows.js';

/** Which outputs of a net the scores of a batch of pairs are made of. */
export class PairWeights {
  private readonly places: ReadonlyMap<number, number>;

  /**
   * @param distinct the batch's completions, in the order of the net's rows
   * @param starts where each one's rows begin, and behind the last one their number
   */
  constructor(
    private readonly completions: CompletionRows,
    private readonly distinct: readonly number[],
    private readonly starts: readonly number[],
    private readonly batch: readonly TrainingPair[],
  ) {
    this.places = new Map(distinct.map((completion, i) => [completion, i]));
  }

  /** The batch on the backend. @param summed whether the sums are needed too */
  upload(tf: Tf, summed: boolean): BatchWeights {
    const pairs = this.batch.length;
    const size = this.starts[this.distinct.length] * this.completions.outputs;
    const column = (of: (pair: TrainingPair) => number) =>
      tf.tensor2d(Float32Array.from(this.batch, of), [pairs, 1]);
    return {
      difference: tf.tensor2d(this.combined(-1), [size, pairs]),
      sum: summed ? tf.tensor2d(this.combined(1), [size, pairs]) : undefined,
      labels: column(({ label }) => label),
      margins: column(({ margin }) => margin),
    };
  }

  /** The chosen scores and `sign` times the rejected ones; `[outputs of all rows, pairs]`. */
  private combined(sign: 1 | -1): Float32Array {
    const pairs = this.batch.length;
    const all = new Float32Array(this.starts[this.distinct.length] * this.completions.outputs * pairs);
    this.batch.forEach(({ chosen, rejected }, pair) => {
      this.addScore(all, pair, chosen, 1);
      this.addScore(all, pair, rejected, sign);
    });
    return all;
  }

  private addScore(to: Float32Array, pair: number, completion: number, factor: number): void {
    const place = this.places.get(completion) ?? 0;
    const weights = this.completions.weights(this.starts[place + 1] - this.starts[place]);
    const first = this.starts[place] * this.completions.outputs;
    for (let k = 0; k < weights.length; k++)
      to[(first + k) * this.batch.length + pair] += factor * weights[k];
  }
}
