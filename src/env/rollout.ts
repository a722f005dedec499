import { type RandomStream, randomStream } from '../common/index.js';
import type { DecodeStep, Lm } from '../lm/index.js';
import { candidatesOf } from './candidates.js';
import type { Actor, StateBatch, TextEpisode } from './types.js';

export interface RolloutOptions {
  samples: number;
  maxNewTokens: number;
  /** Candidates per state; the vocabulary's size bounds it. */
  topK: number;
  temperature: number;
  /** Texts that end a completion once they appear in it. */
  stop?: readonly string[];
  seed: number;
  /** What the random numbers are for, such as `train` or `eval`; streams with other purposes differ. */
  purpose: string;
  iteration: number;
  /** Global numbers of the prompts, so that a prompt keeps its random numbers in any batch; default 0, 1, ... */
  promptIds?: readonly number[];
  /** Called with each new token, before the next is made; `sequence` is `prompt * samples + sample`. */
  onToken?: (sequence: number, token: number) => void;
  signal?: AbortSignal;
}

/**
 * Plays episodes of the token-level Markov decision process: the state is the prompt and the tokens so far, an
 * action is one of the base model's `topK` likeliest next tokens, and an episode ends at the end-of-sequence
 * token, at a stop text, or at `maxNewTokens`.
 * @param prompts Token ids of each prompt.
 * @returns The episodes of a prompt side by side, as many as `samples`.
 */
export async function rollout(
  lm: Lm,
  prompts: readonly (readonly number[])[],
  actor: Actor,
  options: RolloutOptions,
): Promise<TextEpisode[]> {
  const { samples, maxNewTokens, signal } = options;
  const k = Math.min(options.topK, lm.info.vocabSize);
  const recorders = prompts.flatMap((_, prompt) =>
    Array.from(
      { length: samples },
      (_, sample) => new EpisodeRecorder(lm.info.hiddenSize, k, maxNewTokens, sample, prompt),
    ),
  );
  const randoms = recorders.map(({ prompt, sample }) =>
    randomStream(
      options.seed,
      options.purpose,
      options.iteration,
      options.promptIds?.[prompt] ?? prompt,
      sample,
    ),
  );
  const nextTokens = async (step: DecodeStep) => {
    const rows = step.sequences.length;
    const found = candidatesOf(step.logits, rows, k, options.temperature);
    const batch: StateBatch = {
      rows,
      k,
      states: step.hidden,
      progress: Float32Array.from(step.positions, (position) => position / maxNewTokens),
      candidates: found.ids,
      reference: found.reference,
    };
    const probabilities = await actor.probabilities(batch);
    const chosen = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const sequence = step.sequences[row];
      const taken = draw(probabilities, row * k, k, randoms[sequence]);
      chosen[row] = found.ids[row * k + taken];
      recorders[sequence].record(row, taken, batch, probabilities, found.base, found.outside[row]);
      options.onToken?.(sequence, chosen[row]);
    }
    return chosen;
  };
  const stop = stopAt(options.stop ?? [], lm);
  const generated = await lm.generate(prompts, {
    samples,
    maxNewTokens,
    nextTokens,
    ...(stop ? { stop } : {}),
    ...(signal ? { signal } : {}),
  });
  return generated.map(({ tokens, finishReason }, i) => recorders[i].finish(tokens, finishReason));
}

/** Index drawn from `length` probabilities that sum to 1. */
function draw(probabilities: Float32Array, offset: number, length: number, random: RandomStream): number {
  let left = random.next();
  for (let i = 0; i < length - 1; i++) {
    left -= probabilities[offset + i];
    if (left < 0) return i;
  }
  // Rounding can leave a little of the last probability over; fall back to the last one that is possible.
  let last = length - 1;
  while (last > 0 && probabilities[offset + last] === 0) last--;
  return last;
}

function stopAt(texts: readonly string[], lm: Lm) {
  if (texts.length === 0) return undefined;
  return (_sequence: number, tokens: readonly number[]) => {
    const text = lm.tokenizer.decode(tokens);
    return texts.some((stop) => text.includes(stop));
  };
}

/** Collects one episode, step by step. */
class EpisodeRecorder {
  private length = 0;
  private readonly states: Float32Array;
  private readonly candidates: Int32Array;
  private readonly reference: Float32Array;
  private readonly behaviour: Float32Array;
  private readonly taken: Int32Array;
  private readonly kl: Float32Array;
  private readonly baseLogProbs: Float32Array;
  private readonly outside: Float32Array;

  constructor(
    private readonly d: number,
    private readonly k: number,
    steps: number,
    readonly sample: number,
    readonly prompt: number,
  ) {
    this.states = new Float32Array(steps * d);
    this.candidates = new Int32Array(steps * k);
    this.reference = new Float32Array(steps * k);
    this.behaviour = new Float32Array(steps * k);
    this.taken = new Int32Array(steps);
    this.kl = new Float32Array(steps);
    this.baseLogProbs = new Float32Array(steps);
    this.outside = new Float32Array(steps);
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
    this.states.set(batch.states.subarray(row * d, (row + 1) * d), step * d);
    this.candidates.set(batch.candidates.subarray(row * k, (row + 1) * k), step * k);
    this.reference.set(batch.reference.subarray(row * k, (row + 1) * k), step * k);
    this.behaviour.set(probabilities.subarray(row * k, (row + 1) * k), step * k);
    this.taken[step] = taken;
    this.kl[step] = klDivergence(probabilities, batch.reference, row * k, k);
    this.baseLogProbs[step] = base[row * k + taken];
    this.outside[step] = outside;
  }

  finish(tokens: number[], finishReason: 'stop' | 'length'): TextEpisode {
    const { d, k, length: T } = this;
    return {
      prompt: this.prompt,
      sample: this.sample,
      tokens,
      finishReason,
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
