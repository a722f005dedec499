import { logSumExp } from '../logSumExp.js';
import type { GivenSequence, LmInfo, Reading, ReadOptions } from '../types.js';
import type { PassOutputs } from './readingModel.js';

/** Logits `[rows, vocab]` and states `[rows, stateSize]` of some positions. */
export interface Shown {
  logits: Float32Array | undefined;
  states: Float32Array | undefined;
}

/** Collects what is read of every sequence, position by position. */
export class Recorder {
  readonly readings: readonly Reading[];
  /** What is needed of every position. */
  readonly outputs: PassOutputs;
  private readonly logProbs: boolean;

  constructor(
    private readonly sequences: readonly GivenSequence[],
    private readonly options: ReadOptions,
    private readonly info: Pick<LmInfo, 'vocabSize' | 'stateSize'>,
  ) {
    const { states = false, candidates, logProbs = true } = options;
    this.logProbs = logProbs;
    this.outputs = { logits: logProbs || candidates !== undefined, states };
    this.readings = sequences.map(({ completion }, i) => ({
      logProbs: new Float32Array(logProbs ? completion.length : 0),
      ...(states ? { states: new Float32Array((completion.length + 1) * info.stateSize) } : {}),
      ...(candidates ? { candidates: new Float32Array(candidates[i].length) } : {}),
    }));
  }

  /** Positions of a sequence to look at: one before each token, and one behind the last for its state. */
  positions(sequence: number): number {
    const { length } = this.sequences[sequence].completion;
    return this.outputs.states ? length + 1 : length;
  }

  /** Takes what row `row` of `shown` says about the position before token `t`. */
  record(sequence: number, t: number, { logits, states }: Shown, row: number): void {
    const { stateSize } = this.info;
    const reading = this.readings[sequence];
    if (states) {
      reading.states?.set(states.subarray(row * stateSize, (row + 1) * stateSize), t * stateSize);
    }
    const { completion } = this.sequences[sequence];
    if (logits && this.outputs.logits && t < completion.length) this.recordLogits(sequence, t, logits, row);
  }

  private recordLogits(sequence: number, t: number, logits: Float32Array, row: number): void {
    const { vocabSize } = this.info;
    const offset = row * vocabSize;
    const total = logSumExp(logits, offset, vocabSize);
    const { completion } = this.sequences[sequence];
    const { logProbs, candidates } = this.readings[sequence];
    if (this.logProbs) logProbs[t] = logits[offset + completion[t]] - total;
    const ids = this.options.candidates?.[sequence];
    if (ids === undefined || candidates === undefined) return;
    const k = ids.length / completion.length;
    for (let i = t * k; i < (t + 1) * k; i++) candidates[i] = logits[offset + ids[i]] - total;
  }
}
