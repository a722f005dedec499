import { type RandomStream, randomStream } from '../common/index.js';
import type { DecodeStep, Lm } from '../lm/index.js';
import { type Candidates, candidatesOf, includeToken } from './candidates.js';
import { EpisodeRecorder } from './episodeRecorder.js';
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
  /** Follow these tokens, one list for each sequence, instead of drawing any; the actor's probabilities are recorded. */
  given?: readonly (readonly number[])[];
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
  const { samples, maxNewTokens, given, signal } = options;
  const k = Math.min(options.topK, lm.info.vocabSize);
  const recorders = prompts.flatMap((_, prompt) =>
    Array.from(
      { length: samples },
      (_, sample) => new EpisodeRecorder(lm.info.stateSize, k, maxNewTokens, sample, prompt),
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
    const followed = given && followedPlaces(found, step, given, options.temperature);
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
      const taken = followed?.[row] ?? draw(probabilities, row * k, k, randoms[sequence]);
      chosen[row] = found.ids[row * k + taken];
      recorders[sequence].record(row, taken, batch, probabilities, found.base, found.outside[row]);
      options.onToken?.(sequence, chosen[row]);
    }
    return chosen;
  };
  const stop = given ? endOf(given) : stopAt(options.stop ?? [], lm);
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
export function draw(
  probabilities: Float32Array,
  offset: number,
  length: number,
  random: RandomStream,
): number {
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

/** The places among the candidates of the tokens to follow; they are made candidates where they are none. */
function followedPlaces(
  found: Candidates,
  { sequences, positions, logits }: DecodeStep,
  given: readonly (readonly number[])[],
  temperature: number,
): number[] {
  return sequences.map((sequence, row) =>
    includeToken(found, logits, row, given[sequence][positions[row]], temperature),
  );
}

/** Ends each sequence after its last given token. */
function endOf(given: readonly (readonly number[])[]) {
  return (sequence: number, tokens: readonly number[]) => tokens.length === given[sequence].length;
}

function stopAt(texts: readonly string[], lm: Lm) {
  if (texts.length === 0) return undefined;
  return (_sequence: number, tokens: readonly number[]) => {
    const text = lm.tokenizer.decode(tokens);
    return texts.some((stop) => text.includes(stop));
  };
}
