import { createActor, writeProbabilities } from '../agent/index.js';
import { InputError } from '../common/index.js';
import { suggestion } from '../config/index.js';
import { klDivergence, rollout, type StateBatch, type TextEpisode } from '../env/index.js';
import { completionTokens, type Lm } from '../lm/index.js';
import { answerTexts, transcript } from './answers.js';
import { longestEpisode } from './episodes.js';
import type { TextPrompt } from './prompts.js';
import type { SampleOptions, Sampler } from './sampler.js';

export interface InspectOptions
  extends Pick<SampleOptions, 'beta' | 'maxNewTokens' | 'temperature' | 'seed' | 'signal'> {
  /** Look into this completion; default: sample one, the same as {@link Sampler.sample} would. */
  completion?: string;
  /** Candidates to show of each state, besides the token taken; default 5. */
  candidates?: number;
}

/** One candidate action of a state. */
export interface CandidateView {
  /** The token's id, or the number of an action of `env.actions`. */
  token: number;
  /** Empty for special tokens. */
  text: string;
  /** Probability under `pi_ref`. */
  base: number;
  /** `A(s, a)`, centred by its mean over all candidates of the state. */
  advantage: number;
  /** `Q(s, a) = v(s) + A(s, a)`. */
  q: number;
  /** Probability under `pi_beta`, before any narrowing by temperature 0. */
  final: number;
  taken: boolean;
}

/** One state of a completion and the token taken there. */
export interface StepView {
  /** The token's id, or the number of an action of `env.actions`. */
  token: number;
  /** Empty for special tokens. */
  text: string;
  /** `v(h, t / T)`, where `T` is the most new tokens. */
  value: number;
  /** KL(pi_beta, pi_ref) at this state, in nats. */
  kl: number;
  /** Over the candidates, in nats. */
  entropy: { base: number; final: number };
  /** The most probable under `pi_beta`, and the token taken wherever it ranks; most probable first. */
  candidates: CandidateView[];
}

/** What `tokenq inspect --json` prints. */
export interface Inspection {
  prompt: string;
  completion: string;
  beta: number;
  steps: StepView[];
}

/** A state that a completion went through, as a batch of one row, and the place of the candidate taken. */
interface Visit {
  state: StateBatch;
  taken: number;
}

/** A completion's text and the states on its way. */
interface Path {
  completion: string;
  visits: Visit[];
}

/**
 * Shows what a trained head thinks at every token of a completion: one that is given, or one that it samples. Of a
 * dialogue it shows the tokens of all answers, one answer after the other.
 * @throws InputError when the prompt or the completion is empty, either is too long, or a completion is given to a
 * dialogue of several answers.
 */
export async function inspect(
  sampler: Sampler,
  prompt: string | TextPrompt,
  options: InspectOptions = {},
): Promise<Inspection> {
  const { beta = sampler.run.beta, maxNewTokens = sampler.run.config.env.maxNewTokens } = options;
  const { completion: given, candidates = 5 } = options;
  const start = typeof prompt === 'string' ? sampler.prompt(prompt, 0, maxNewTokens) : prompt;
  const { completion, visits } = await pathOf(sampler, start, given, maxNewTokens, options);
  const steps: StepView[] = [];
  let before = start.tokens[start.tokens.length - 1];
  for (const visit of visits) {
    const step = await viewStep(sampler, visit, before, beta, candidates);
    steps.push(step);
    before = step.token;
  }
  return { prompt: start.text, completion, beta, steps };
}

function pathOf(
  sampler: Sampler,
  prompt: TextPrompt,
  given: string | undefined,
  maxNewTokens: number,
  options: InspectOptions,
): Promise<Path> {
  if (sampler.run.config.env.actions) return chosen(sampler, prompt, options);
  if (given === undefined) return sampled(sampler, prompt, maxNewTokens, options);
  return followed(sampler, prompt, given, maxNewTokens, options);
}

/** Samples a completion. */
async function sampled(
  sampler: Sampler,
  prompt: TextPrompt,
  maxNewTokens: number,
  options: InspectOptions,
): Promise<Path> {
  const [episode] = await sampler.episodes([prompt], { ...options, maxNewTokens });
  const { env } = sampler.run.config;
  return {
    completion: transcript(prompt, answerTexts(sampler.lm, env, episode)),
    visits: visitsOf(episode, longestEpisode({ ...env, maxNewTokens })),
  };
}

function visitsOf({ states, candidates, reference, taken }: TextEpisode, horizon: number): Visit[] {
  const d = states.length / taken.length;
  const k = candidates.length / taken.length;
  return Array.from(taken, (place, t) => ({
    taken: place,
    state: {
      rows: 1,
      k,
      states: states.subarray(t * d, (t + 1) * d),
      progress: Float32Array.of(t / horizon),
      candidates: candidates.subarray(t * k, (t + 1) * k),
      reference: reference.subarray(t * k, (t + 1) * k),
    },
  }));
}

/** Follows a given completion through the language model, token by token, up to an end-of-sequence token in it. */
async function followed(
  { lm, run }: Sampler,
  prompt: TextPrompt,
  completion: string,
  maxNewTokens: number,
  { temperature, signal }: InspectOptions,
): Promise<Path> {
  const { env } = run.config;
  if (prompt.followUps) {
    throw new InputError(
      'a completion is one answer, and this prompt a dialogue: give the conversation up to that answer as messages',
    );
  }
  const tokens = completionTokens(lm, prompt, completion);
  checkLength(tokens.length, maxNewTokens);
  const [episode] = await rollout(lm, [prompt.tokens], createActor(undefined, { type: 'reference' }), {
    ...{ samples: 1, seed: 0, purpose: 'inspect', iteration: 0 },
    given: [tokens],
    maxNewTokens,
    topK: env.topK,
    // Temperature 0 samples greedily from the policy at the run's temperature.
    temperature: temperature || env.temperature,
    ...(signal ? { signal } : {}),
  });
  return { completion, visits: visitsOf(episode, longestEpisode({ ...env, maxNewTokens })) };
}

/** The choice among the environment's actions: the one that is given, or one that is sampled. */
async function chosen(sampler: Sampler, prompt: TextPrompt, options: InspectOptions): Promise<Path> {
  const { env } = sampler.run.config;
  const [episode] = await sampler.episodes([prompt], options);
  const [visit] = visitsOf(episode, 1);
  if (options.completion === undefined) {
    const [text] = answerTexts(sampler.lm, env, episode);
    return { completion: text, visits: [visit] };
  }
  const taken = env.actions?.indexOf(options.completion) ?? -1;
  if (taken < 0) {
    throw new InputError(
      `'${options.completion}' is none of the actions of this run${suggestion(options.completion, env.actions ?? [])}`,
    );
  }
  return { completion: options.completion, visits: [{ ...visit, taken }] };
}

function checkLength(length: number, maxNewTokens: number): void {
  if (length === 0) {
    throw new InputError('the completion has no tokens: give it some text, or none at all to sample one');
  }
  if (length > maxNewTokens) {
    throw new InputError(
      `the completion has ${length} tokens, more than the ${maxNewTokens} new ones that are allowed: ` +
        `shorten it or raise --max-new-tokens (maxNewTokens)`,
    );
  }
}

async function viewStep(
  { lm, head, run }: Sampler,
  { state, taken }: Visit,
  before: number,
  beta: number,
  most: number,
): Promise<StepView> {
  const { k, candidates, reference } = state;
  const { actions } = run.config.env;
  const textOf = (candidate: number) => actions?.[candidate] ?? tokenText(lm, before, candidate);
  const advantages = await head.advantages(state);
  const [value] = await head.values(state.states, state.progress);
  const base = new Float32Array(k);
  const final = new Float32Array(k);
  writeProbabilities({ type: 'reference' }, { reference, advantages }, base);
  writeProbabilities({ type: 'guided', beta }, { reference, advantages }, final);
  const likeliest = Array.from(final.keys()).sort((a, b) => final[b] - final[a] || a - b);
  return {
    token: candidates[taken],
    text: textOf(candidates[taken]),
    value,
    kl: klDivergence(final, reference, 0, k),
    entropy: { base: entropy(base), final: entropy(final) },
    candidates: likeliest
      .filter((i, rank) => rank < most || i === taken)
      .map((i) => ({
        token: candidates[i],
        text: textOf(candidates[i]),
        base: base[i],
        advantage: advantages[i],
        q: value + advantages[i],
        final: final[i],
        taken: i === taken,
      })),
  };
}

/** The text that a token adds after another: some tokenizers drop the space of a first one. */
function tokenText({ tokenizer }: Lm, before: number, token: number): string {
  const first = tokenizer.decode([before]);
  const both = tokenizer.decode([before, token]);
  return both.startsWith(first) ? both.slice(first.length) : tokenizer.decode([token]);
}

/** In nats. */
function entropy(probabilities: Float32Array): number {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p);
  return Math.max(0, sum);
}
