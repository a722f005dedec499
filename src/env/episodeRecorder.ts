import type { StateBatch, TextEpisode } from './types.js';

/** Collects one episode, step by step. */
export class EpisodeRecorder {
  private length = 0;
  private readonly states: Float32Array;
  private readonly candidates: Int32Array;
  private readonly reference: Float32Array;
  private readonly behaviour: Float32Array;
  private readonly taken: Int32Array;
  private readonly kl: Float32Array;
  private readonly baseLogProbs: Float32Array;
  private readonly outside: Float32Array;
  private readonly answers: number[] = [];

  /** @param recorded Whether the steps are kept, or only counted. */
  constructor(
    private readonly d: number,
    private readonly k: number,
    private readonly steps: number,
    readonly sample: number,
    readonly prompt: number,
    private readonly recorded = true,
  ) {
    const kept = recorded ? steps : 0;
    this.states = new Float32Array(kept * d);
    this.candidates = new Int32Array(kept * k);
    this.reference = new Float32Array(kept * k);
    this.behaviour = new Float32Array(kept * k);
    this.taken = new Int32Array(kept);
    this.kl = new Float32Array(kept);
    this.baseLogProbs = new Float32Array(kept);
    this.outside = new Float32Array(kept);
  }

  /** Steps taken so far over the most allowed. */
  get progress(): number {
    return this.length / this.steps;
  }

  record(
    row: number,
    taken: number,
    batch: StateBatch,
    probabilities: Float32Array,
    base: Float32Array,
    outside: number,
  ): void {
    const { d, k } = this;
    const step = this.length++;
    if (!this.recorded) return;
    this.states.set(batch.states.subarray(row * d, (row + 1) * d), step * d);
    this.candidates.set(batch.candidates.subarray(row * k, (row + 1) * k), step * k);
    this.reference.set(batch.reference.subarray(row * k, (row + 1) * k), step * k);
    this.behaviour.set(probabilities.subarray(row * k, (row + 1) * k), step * k);
    this.taken[step] = taken;
    this.kl[step] = klDivergence(probabilities, batch.reference, row * k, k);
    this.baseLogProbs[step] = base[row * k + taken];
    this.outside[step] = outside;
  }

  /** Notes that a completion ends here; others may follow in the same episode. */
  endAnswer(): void {
    this.answers.push(this.length);
  }

  finish(tokens: number[], finishReason: 'stop' | 'length'): TextEpisode {
    const { d, k, length: T } = this;
    return {
      prompt: this.prompt,
      sample: this.sample,
      tokens,
      finishReason,
      answerEnds: this.answers.length > 0 ? this.answers : [T],
      states: this.states.slice(0, T * d),
      candidates: this.candidates.slice(0, T * k),
      taken: this.taken.slice(0, T),
      reference: this.reference.slice(0, T * k),
      behaviour: this.behaviour.slice(0, T * k),
      kl: this.kl.slice(0, T),
      baseLogProbs: this.baseLogProbs.slice(0, T),
      outside: this.outside.slice(0, T),
    };
  }
}

/** KL(p, q) in nats over `length` outcomes; `p` as probabilities, `q` as log-probabilities. */
export function klDivergence(p: Float32Array, logQ: Float32Array, offset: number, length: number): number {
  let sum = 0;
  for (let i = offset; i < offset + length; i++) {
    if (p[i] > 0) sum += p[i] * (Math.log(p[i]) - logQ[i]);
  }
  return Math.max(0, sum);
}
