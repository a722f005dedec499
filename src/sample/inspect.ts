import { writeProbabilities } from '../agent/index.js';
import { InputError } from '../common/index.js';
import { candidatesOf, klDivergence, type StateBatch, type TextEpisode } from '../env/index.js';
import type { Lm } from '../lm/index.js';
import { completionText } from './play.js';
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
 * Shows what a trained head thinks at every token of a completion: one that is given, or one that it samples.
 * @throws InputError when the prompt or the completion is empty, or either is too long.
 */
export async function inspect(
  sampler: Sampler,
  prompt: string | TextPrompt,
  options: InspectOptions = {},
): Promise<Inspection> {
  const { beta = sampler.run.beta, maxNewTokens = sampler.run.config.env.maxNewTokens } = options;
  const { completion: given, candidates = 5 } = options;
  const start = typeof prompt === 'string' ? sampler.prompt(prompt, 0, maxNewTokens) : prompt;
  const { completion, visits } =
    given === undefined
      ? await sampled(sampler, start, maxNewTokens, options)
      : await followed(sampler, start, given, maxNewTokens, options);
  const steps: StepView[] = [];
  let before = start.tokens[start.tokens.length - 1];
  for (const visit of visits) {
    const step = await viewStep(sampler, visit, before, beta, candidates);
    steps.push(step);
    before = step.token;
  }
  return { prompt: start.text, completion, beta, steps };
}

/** Samples a completion. */
async function sampled(
  sampler: Sampler,
  prompt: TextPrompt,
  maxNewTokens: number,
  options: InspectOptions,
): Promise<Path> {
  const [episode] = await sampler.episodes([prompt], { ...options, maxNewTokens });
  return {
    completion: completionText(sampler.lm, episode.tokens, sampler.run.config.env.stop),
    visits: visitsOf(episode, maxNewTokens),
  };
}

function visitsOf({ states, candidates, reference, taken }: TextEpisode, maxNewTokens: number): Visit[] {
  const d = states.length / taken.length;
  const k = candidates.length / taken.length;
  return Array.from(taken, (place, t) => ({
    taken: place,
    state: {
      rows: 1,
      k,
      states: states.subarray(t * d, (t + 1) * d),
      progress: Float32Array.of(t / maxNewTokens),
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
  const tokens = completionTokens(lm, prompt, completion);
  checkLength(tokens.length, maxNewTokens);
  const visits: Visit[] = [];
  await lm.generate([prompt.tokens], {
    maxNewTokens: tokens.length,
    nextTokens: ({ logits, hidden, positions: [t] }) => {
      const k = Math.min(env.topK, lm.info.vocabSize);
      // Temperature 0 samples greedily from the policy at the run's temperature.
      const found = candidatesWith(tokens[t], logits, k, temperature || env.temperature);
      const progress = Float32Array.of(t / maxNewTokens);
      visits.push({ taken: found.taken, state: { ...found.state, states: hidden.slice(), progress } });
      return [tokens[t]];
    },
    ...(signal ? { signal } : {}),
  });
  return { completion, visits };
}

/** The completion's tokens after the prompt's; a prompt that ends within a word keeps its own tokens. */
function completionTokens({ tokenizer }: Lm, { text, messages, tokens }: TextPrompt, completion: string) {
  const whole = messages ? [] : tokenizer.encode(text + completion);
  if (startsWith(whole, tokens)) return whole.slice(tokens.length);
  const alone = tokenizer.encode(completion);
  const opening = tokenizer.encode('');
  return startsWith(alone, opening) ? alone.slice(opening.length) : alone;
}

function startsWith(tokens: readonly number[], first: readonly number[]): boolean {
  return first.every((token, i) => token === tokens[i]);
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

/** The candidates of one row of logits, with `token` as one more where it is not among the `k` likeliest. */
function candidatesWith(token: number, logits: Float32Array, k: number, temperature: number) {
  const likeliest = candidatesOf(logits, 1, k, temperature);
  const place = likeliest.ids.indexOf(token);
  if (place >= 0) {
    const { ids: candidates, reference } = likeliest;
    return { taken: place, state: { rows: 1, k, candidates, reference } };
  }
  const ids = Int32Array.of(...likeliest.ids, token);
  // Among their own logits alone, all of them are candidates.
  const wider = candidatesOf(
    Float32Array.from(ids, (id) => logits[id]),
    1,
    ids.length,
    temperature,
  );
  const candidates = wider.ids.map((i) => ids[i]);
  const state = { rows: 1, k: ids.length, candidates, reference: wider.reference };
  return { taken: candidates.indexOf(token), state };
}

async function viewStep(
  { lm, head }: Sampler,
  { state, taken }: Visit,
  before: number,
  beta: number,
  most: number,
): Promise<StepView> {
  const { k, candidates, reference } = state;
  const advantages = await head.advantages(state);
  const [value] = await head.values(state.states, state.progress);
  const base = new Float32Array(k);
  const final = new Float32Array(k);
  writeProbabilities({ type: 'reference' }, { reference, advantages }, base);
  writeProbabilities({ type: 'guided', beta }, { reference, advantages }, final);
  const likeliest = Array.from(final.keys()).sort((a, b) => final[b] - final[a] || a - b);
  return {
    token: candidates[taken],
    text: tokenText(lm, before, candidates[taken]),
    value,
    kl: klDivergence(final, reference, 0, k),
    entropy: { base: entropy(base), final: entropy(final) },
    candidates: likeliest
      .filter((i, rank) => rank < most || i === taken)
      .map((i) => ({
        token: candidates[i],
        text: tokenText(lm, before, candidates[i]),
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
