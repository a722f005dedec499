import { type RandomStream, randomStream } from '../common/index.js';
import { type DecodeStep, type Generated, type Lm, type LogitsProcessor, processRows } from '../lm/index.js';
import { type Candidates, candidatesOf, includeToken } from './candidates.js';
import { EpisodeRecorder } from './episodeRecorder.js';
import { stopAt } from './stopAt.js';
import type { Actor, StateBatch, TextEpisode } from './types.js';

export interface RolloutOptions {
  samples: number;
  maxNewTokens: number;
  /** Candidates per state; the vocabulary's size bounds it. */
  topK: number;
  temperature: number;
  /**
   * Changes the base model's logits before the candidates are chosen, for sampling. `pi_ref`, KL and the base model's
   * log-probabilities in the episodes then are those of the changed logits: neither perplexity nor KL against the model
   * itself can be told from them. Not with `given`, which may follow a token that this bans.
   */
  processLogits?: LogitsProcessor;
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
  /** Whether episodes hold what was seen while they were made; default true. Without it, their tokens cost less. */
  recorded?: boolean;
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
  const started = startEpisodes(lm, prompts.length, options.maxNewTokens, options);
  const generated = await extendEpisodes(lm, prompts, actor, started, options);
  return generated.map(({ tokens, finishReason }, i) => started[i].recorder.finish(tokens, finishReason));
}

/** An episode under way. */
export interface StartedEpisode {
  recorder: EpisodeRecorder;
  random: RandomStream;
}

/**
 * Begins `samples` episodes of every prompt, those of a prompt side by side.
 * @param horizon Most steps of an episode.
 */
export function startEpisodes(
  lm: Lm,
  prompts: number,
  horizon: number,
  options: Pick<
    RolloutOptions,
    'samples' | 'topK' | 'seed' | 'purpose' | 'iteration' | 'promptIds' | 'recorded'
  >,
): StartedEpisode[] {
  const { samples, seed, purpose, iteration, promptIds } = options;
  const k = Math.min(options.topK, lm.info.vocabSize);
  return Array.from({ length: prompts * samples }, (_, i) => {
    const prompt = Math.floor(i / samples);
    const sample = i % samples;
    return {
      recorder: new EpisodeRecorder(lm.info.stateSize, k, horizon, sample, prompt, options.recorded),
      random: randomStream(seed, purpose, iteration, promptIds?.[prompt] ?? prompt, sample),
    };
  });
}

/**
 * Plays episodes on by one completion each, and records its steps.
 * @param episodes `samples` for every prompt.
 */
export async function extendEpisodes(
  lm: Lm,
  prompts: readonly (readonly number[])[],
  actor: Actor,
  episodes: readonly StartedEpisode[],
  options: Omit<RolloutOptions, 'seed' | 'purpose' | 'iteration' | 'promptIds'>,
): Promise<Generated[]> {
  const { samples, maxNewTokens, given, signal, recorded = true } = options;
  const k = Math.min(options.topK, lm.info.vocabSize);
  const nextTokens = async (step: DecodeStep) => {
    const rows = step.sequences.length;
    if (options.processLogits) processRows(step, options.processLogits);
    const found = candidatesOf(step.logits, rows, k, options.temperature, recorded);
    const followed = given && followedPlaces(found, step, given, options.temperature);
    const batch: StateBatch = {
      rows,
      k,
      states: step.hidden,
      progress: Float32Array.from(step.sequences, (sequence) => episodes[sequence].recorder.progress),
      candidates: found.ids,
      reference: found.reference,
    };
    const probabilities = await actor.probabilities(batch);
    const chosen = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const sequence = step.sequences[row];
      const taken = followed?.[row] ?? draw(probabilities, row * k, k, episodes[sequence].random);
      chosen[row] = found.ids[row * k + taken];
      episodes[sequence].recorder.record(row, taken, batch, probabilities, found.base, found.outside[row]);
      options.onToken?.(sequence, chosen[row]);
    }
    return chosen;
  };
  const stop = given ? endOf(given) : stopAt(options.stop ?? [], lm);
  return lm.generate(prompts, {
    samples,
    maxNewTokens,
    nextTokens,
    ...(stop ? { stop } : {}),
    ...(signal ? { signal } : {}),
  });
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
