import type { Actor } from '../env/index.js';
import { play, type TextPrompt, type TextTask } from '../sample/index.js';
import { distinctSample } from './diversity.js';
import { commonPhrases, type Frequency, repeatedCompletions } from './phrases.js';
import { bestOfN, bootstrapMean, mean, pairedGain, perplexity, winRate } from './statistics.js';
import type { BaseResult, BestOfResult, Evaluation, Interval, SamplePair, TunedResult } from './types.js';

/** How many of the most frequent phrases and completions are told. */
const MOST = { phrases: 8, completions: 5 };

/** Rows in one generation batch. */
const BATCH = 128;

/** One policy's completions of the evaluation prompts, and their scores. */
export interface PolicyScores {
  /** Rewards by prompt, then sample. */
  rewards: number[][];
  /** Completions by prompt, then sample; dialogues as transcripts. */
  completions: string[][];
  /** Exact KL(policy, pi_ref) per generated token, in nats. */
  klPerToken: number;
  /** The same as a mean of the prompts' means, with its interval. */
  klInterval: Interval;
  /** Perplexity of the completions under the base model. */
  perplexity: number;
  /** distinct-2 over the first 512 completions, as many of every prompt; of dialogues, over their answers. */
  distinct2: number;
  /** The phrases that most completions hold; of dialogues, most answers. */
  phrases: Frequency[];
  /** The completions, or answers, that occur more than once. */
  repeated: Frequency[];
  tokens: number;
}

export interface ScoreOptions {
  samples: number;
  /** Random numbers of another iteration differ; default 0. */
  iteration?: number;
  /** Default `eval`. */
  purpose?: string;
  onTokens?: ((count: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Scores a policy: generates `samples` completions of every prompt. */
export async function scorePolicy(
  task: TextTask,
  prompts: readonly TextPrompt[],
  actor: Actor,
  options: ScoreOptions,
): Promise<PolicyScores> {
  const { samples, iteration = 0, purpose = 'eval', onTokens, signal } = options;
  const rewards: number[][] = [];
  const completions: string[][] = [];
  const answers: (readonly string[])[][] = [];
  const logProbs: number[] = [];
  const kl: number[][] = [];
  const perBatch = Math.max(1, Math.floor(BATCH / samples));
  for (let start = 0; start < prompts.length; start += perBatch) {
    const some = prompts.slice(start, start + perBatch);
    const played = await play(task, some, actor, { samples, purpose, iteration, onTokens, signal });
    for (let i = 0; i < some.length; i++) {
      const group = played.slice(i * samples, (i + 1) * samples);
      rewards.push(group.map(({ reward }) => reward));
      completions.push(group.map(({ completion }) => completion));
      answers.push(group.map((scored) => scored.answers));
      kl.push(group.flatMap(({ episode }) => Array.from(episode.kl)));
    }
    for (const { episode } of played) for (const logProb of episode.baseLogProbs) logProbs.push(logProb);
  }
  return {
    rewards,
    completions,
    klPerToken: mean(kl.flat()),
    klInterval: bootstrapMean(kl, { seed: task.seed }),
    perplexity: perplexity(logProbs),
    distinct2: distinctSample(inTurns(answers).flat(), 2).value,
    phrases: commonPhrases(answers.flat(2), MOST.phrases),
    repeated: repeatedCompletions(answers.flat(2), MOST.completions),
    tokens: logProbs.length,
  };
}

/** The first samples of all prompts, then the second ones, and so on: in any beginning every prompt weighs the same. */
function inTurns<T>(completions: readonly (readonly T[])[]): T[] {
  const samples = Math.max(...completions.map(({ length }) => length));
  return Array.from({ length: samples }, (_, sample) =>
    completions.filter((group) => sample < group.length).map((group) => group[sample]),
  ).flat();
}

export interface EvaluateOptions {
  /** Tuned samples per prompt. */
  samples: number;
  /** Best-of-n to compare with; the base is sampled as often as the largest asks. */
  bestOf: readonly number[];
  betas: readonly number[];
  /** Which of the betas the before-and-after pairs are from. */
  pairsAt: number;
  /** The tuned policy at a beta. */
  actorAt: (beta: number) => Actor;
  /** The base policy. */
  base: Actor;
  onTokens?: ((count: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Compares base, tuned and best-of-n on prompts; also returns before-and-after pairs. */
export async function evaluate(
  task: TextTask,
  prompts: readonly TextPrompt[],
  options: EvaluateOptions,
): Promise<{ evaluation: Evaluation; pairs: SamplePair[] }> {
  const { samples, bestOf, betas, onTokens, signal } = options;
  const started = performance.now();
  const baseSamples = Math.max(samples, ...bestOf);
  const base = await scorePolicy(task, prompts, options.base, { samples: baseSamples, onTokens, signal });
  let tokens = base.tokens;
  const tuned: TunedResult[] = [];
  let pairs: SamplePair[] = [];
  for (const beta of betas) {
    const scores = await scorePolicy(task, prompts, options.actorAt(beta), { samples, onTokens, signal });
    tokens += scores.tokens;
    tuned.push(tunedResult(beta, scores, base, task.seed));
    if (beta === options.pairsAt) pairs = samplePairs(prompts, base, scores);
  }
  return {
    evaluation: {
      base: baseResult(base, task.seed),
      tuned,
      bestOf: bestOf.map((n) => bestOfResult(n, base, task.seed)),
      tokens,
      seconds: (performance.now() - started) / 1000,
    },
    pairs,
  };
}

function baseResult(scores: PolicyScores, seed: number): BaseResult {
  const { perplexity, distinct2, phrases, repeated } = scores;
  return { reward: bootstrapMean(scores.rewards, { seed }), perplexity, distinct2, phrases, repeated };
}

function tunedResult(beta: number, scores: PolicyScores, base: PolicyScores, seed: number): TunedResult {
  return {
    beta,
    ...baseResult(scores, seed),
    gain: pairedGain(scores.rewards, base.rewards, { seed }),
    klPerToken: scores.klPerToken,
    winRate: winRate(scores.rewards, base.rewards),
  };
}

function bestOfResult(n: number, base: PolicyScores, seed: number): BestOfResult {
  const best = base.rewards.map((rewards) => [bestOfN(rewards, n)]);
  return { n, reward: bootstrapMean(best, { seed }) };
}

function samplePairs(prompts: readonly TextPrompt[], base: PolicyScores, tuned: PolicyScores): SamplePair[] {
  return prompts.map(({ text }, i) => ({
    prompt: text,
    base: base.completions[i][0],
    baseReward: base.rewards[i][0],
    tuned: tuned.completions[i][0],
    tunedReward: tuned.rewards[i][0],
  }));
}
