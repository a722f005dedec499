import { Interrupted } from '../../common/index.js';
import type { Lm } from '../../lm/index.js';
import type { RewardContext } from '../types.js';
import type { CompletionSequence } from './completionSequence.js';
import { type Pooling, pooledScore } from './pooling.js';
import type { RewardHead } from './rewardHead.js';

/** How the net's scores become a reward. */
export interface ScorerOptions {
  centre: number;
  scale: number;
  /** Completions that are read together. */
  batch: number;
}

/** Scores tokenised completions with a reward model. */
export class Scorer {
  private toldOfCut = false;

  constructor(
    private readonly lm: Lm,
    private readonly head: RewardHead,
    private readonly pooling: Pooling,
    private readonly options: ScorerOptions,
    private readonly context: Pick<RewardContext, 'note' | 'signal'>,
  ) {}

  /** The score of each completion. */
  async scores(sequences: readonly CompletionSequence[]): Promise<number[]> {
    const { pooling } = this;
    const read = await this.read(
      sequences,
      (states) => pooling.rows(states),
      (outputs) => pooledScore(outputs, pooling.weights(outputs.length / pooling.outputs)),
    );
    return read.map((score) => this.rewardOf(score));
  }

  /**
   * What each token adds to the score; `[T]` each. The first one also has the score of the empty completion, so that they
   * add up to the score.
   */
  gains(sequences: readonly CompletionSequence[]): Promise<Float32Array[]> {
    const { pooling } = this;
    return this.read(
      sequences,
      (states) => pooling.prefixRows(states),
      (outputs) => {
        const scores = pooling.prefixScores(outputs).map((score) => this.rewardOf(score));
        return Float32Array.from({ length: scores.length - 1 }, (_, t) =>
          t === 0 ? scores[1] : scores[t + 1] - scores[t],
        );
      },
    );
  }

  private rewardOf(score: number): number {
    return (score - this.options.centre) * this.options.scale;
  }

  /**
   * Reads completions in batches.
   * @param rowsOf what the net reads of a completion's states
   * @param take makes something of its outputs
   */
  private async read<T>(
    sequences: readonly CompletionSequence[],
    rowsOf: (states: Float32Array) => Float32Array,
    take: (outputs: Float32Array) => T,
  ): Promise<T[]> {
    this.tellOfCut(sequences);
    const { batch } = this.options;
    const taken: T[] = [];
    for (let start = 0; start < sequences.length; start += batch) {
      if (this.context.signal?.aborted) throw new Interrupted('scoring was interrupted');
      const readings = await this.lm.read(sequences.slice(start, start + batch), {
        states: true,
        logProbs: false,
      });
      const rows = readings.map(({ states = new Float32Array(0) }) => rowsOf(states));
      const outputs = await this.head.outputs(joined(rows));
      let end = 0;
      for (const { length } of rows) {
        const size = (length / this.pooling.inputs) * this.pooling.outputs;
        taken.push(take(outputs.subarray(end, end + size)));
        end += size;
      }
    }
    return taken;
  }

  /** Says, once, that something does not fit. */
  private tellOfCut(sequences: readonly CompletionSequence[]): void {
    if (this.toldOfCut || !sequences.some(({ cut }) => cut)) return;
    this.toldOfCut = true;
    this.context.note?.(
      `the 'preference' reward: a completion and its prompt are longer than the model's context of ` +
        `${this.lm.info.contextLength} tokens; of such, the prompt's beginning or the completion's end is left out`,
    );
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
