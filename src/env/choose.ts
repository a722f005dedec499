import { Interrupted, randomStream } from '../common/index.js';
import { type DecodeStep, type Lm, logSumExp } from '../lm/index.js';
import { EpisodeRecorder } from './episodeRecorder.js';
import { draw, type RolloutOptions } from './rollout.js';
import type { Actor, StateBatch, TextEpisode } from './types.js';

/** The only completions there are. */
export interface ChoiceOptions
  extends Omit<RolloutOptions, 'maxNewTokens' | 'topK' | 'processLogits' | 'stop' | 'given'> {
  /** Token ids of each action after each prompt; `[prompts][actions]`. */
  actions: readonly (readonly (readonly number[])[])[];
}

/** What the language model says of a prompt. */
interface ChoiceState {
  /** The hidden state at the prompt's end, `[d]`. */
  hidden: Float32Array;
  /** Mean log-probability per token of each action; `[actions]`. */
  scores: Float64Array;
}

/**
 * Plays episodes of one step each: the state is the prompt, and an action is one of a few given completions. The base
 * policy takes an action in proportion to `exp(s / temperature)`, where `s` is the model's mean log-probability per
 * token: the sum would favour short ones (as in the evaluations of Brown et al. 2020, arXiv 2005.14165).
 * @param prompts Token ids of each prompt.
 * @returns The episodes of a prompt side by side, as many as `samples`.
 */
export async function choose(
  lm: Lm,
  prompts: readonly (readonly number[])[],
  actor: Actor,
  options: ChoiceOptions,
): Promise<TextEpisode[]> {
  const { samples, actions, seed, purpose, iteration, promptIds, onToken, signal } = options;
  // Where every prompt is known, the language model is not asked and looks at no signal.
  if (signal?.aborted) throw new Interrupted('generation was interrupted');
  const states = await choiceStates(lm, prompts, options);
  const batch = stateBatch(states, options.temperature);
  const { rows, k } = batch;
  const probabilities = await actor.probabilities(batch);
  const base = Float32Array.from(states.flatMap(({ scores }) => Array.from(scores)));
  return Array.from({ length: rows * samples }, (_, i) => {
    const prompt = Math.floor(i / samples);
    const sample = i % samples;
    const random = randomStream(seed, purpose, iteration, promptIds?.[prompt] ?? prompt, sample);
    const taken = draw(probabilities, prompt * k, k, random);
    const recorder = new EpisodeRecorder(lm.info.stateSize, k, 1, sample, prompt);
    recorder.record(prompt, taken, batch, probabilities, base, 0);
    const tokens = [...actions[prompt][taken]];
    for (const token of tokens) onToken?.(i, token);
    return recorder.finish(tokens, 'stop');
  });
}

function stateBatch(states: readonly ChoiceState[], temperature: number): StateBatch {
  const [rows, k] = [states.length, states[0].scores.length];
  return {
    rows,
    k,
    states: Float32Array.from(states.flatMap(({ hidden }) => Array.from(hidden))),
    progress: new Float32Array(rows),
    candidates: Int32Array.from({ length: rows * k }, (_, i) => i % k),
    reference: Float32Array.from(
      states.flatMap(({ scores }) => {
        const logits = Float32Array.from(scores, (score) => score / temperature);
        const total = logSumExp(logits, 0, k);
        return Array.from(logits, (logit) => logit - total);
      }),
    ),
  };
}

/** The model never changes, and neither does what it says of a prompt. */
const known = new WeakMap<Lm, Map<string, ChoiceState>>();

/** What the model says of every prompt; each prompt is looked at once. */
async function choiceStates(
  lm: Lm,
  prompts: readonly (readonly number[])[],
  options: ChoiceOptions,
): Promise<ChoiceState[]> {
  const states = known.get(lm) ?? new Map<string, ChoiceState>();
  known.set(lm, states);
  const keys = prompts.map((prompt, i) => `${prompt.join()}|${options.actions[i].join('|')}`);
  const fresh = [...new Set(keys)].filter((key) => !states.has(key)).map((key) => keys.indexOf(key));
  const found = await followActions(
    lm,
    fresh.map((i) => prompts[i]),
    { ...options, actions: fresh.map((i) => options.actions[i]) },
  );
  fresh.forEach((i, at) => {
    states.set(keys[i], found[at]);
  });
  return keys.flatMap((key) => states.get(key) ?? []);
}

/** Follows every action after every prompt. */
async function followActions(
  lm: Lm,
  prompts: readonly (readonly number[])[],
  { actions, signal }: ChoiceOptions,
): Promise<ChoiceState[]> {
  if (prompts.length === 0) return [];
  const count = actions[0].length;
  const states = prompts.map(() => ({
    hidden: new Float32Array(lm.info.stateSize),
    scores: new Float64Array(count),
  }));
  const followed = (sequence: number) => actions[Math.floor(sequence / count)][sequence % count];
  const nextTokens = ({ sequences, positions, logits, hidden }: DecodeStep) => {
    const vocab = logits.length / sequences.length;
    return sequences.map((sequence, row) => {
      const state = states[Math.floor(sequence / count)];
      const tokens = followed(sequence);
      const token = tokens[positions[row]];
      const d = state.hidden.length;
      if (positions[row] === 0) state.hidden.set(hidden.subarray(row * d, (row + 1) * d));
      const logProb = logits[row * vocab + token] - logSumExp(logits, row * vocab, vocab);
      state.scores[sequence % count] += logProb / tokens.length;
      return token;
    });
  };
  await lm.generate(prompts, {
    samples: count,
    maxNewTokens: Math.max(...actions.flat().map((tokens) => tokens.length)),
    nextTokens,
    stop: (sequence, tokens) => tokens.length === followed(sequence).length,
    ...(signal ? { signal } : {}),
  });
  return states;
}
