import { InputError } from '../../common/index.js';
import type { RewardSpec, TeacherSpec } from '../../config/index.js';
import {
  createReward,
  type Judge,
  type JudgeEstimate,
  type JudgePair,
  openJudge,
  type RewardContext,
  type RewardItem,
  type RewardModel,
  scoreAll,
} from '../../reward/index.js';
import type { Rating } from './ratedCompletions.js';
import { meanShares, roundRobin, shareOf } from './winShares.js';

/** Whose preferences are learned. */
export interface Teacher {
  readonly name: string;
  /**
   * How good the completions are, higher being better; ratings of one prompt's completions can be compared.
   * @param items `samples` for each prompt, side by side
   */
  rate(items: readonly RewardItem[], samples: number): Promise<Rating[]>;
  /** For every pair, the share that `a` wins: 1, 0.5 for a tie, or 0; undefined where the teacher says nothing. */
  prefer(pairs: readonly ItemPair[]): Promise<Rating[]>;
  /** What rating so many completions will cost, in words, where it costs anything. */
  forecast?(items: readonly RewardItem[], samples: number): string;
  close(): Promise<void>;
}

/** Two completions of one prompt. */
export interface ItemPair {
  a: RewardItem;
  b: RewardItem;
}

/**
 * Opens a teacher that can be asked.
 * @throws InputError for a teacher that is a file, and where {@link createReward} does.
 */
export async function openTeacher(spec: TeacherSpec, context: RewardContext): Promise<Teacher> {
  if (spec.type === 'file')
    throw new InputError('a teacher that is a file cannot be asked about other texts');
  if (spec.type === 'lm') return scoring(await createReward(perplexityOf(spec), context));
  if (spec.type === 'judge') {
    const { type: _, mode, ...parameters } = spec;
    const judge = await openJudge(parameters, context);
    return mode === 'compare' ? comparing(judge) : judging(judge);
  }
  return scoring(await createReward(spec, context));
}

/** A larger model's opinion as a reward: how much likelier it finds a completion than the student's own model does. */
export function perplexityOf(spec: TeacherSpec): RewardSpec {
  const { type: _, id, temperature: __, ...opening } = { id: undefined, temperature: undefined, ...spec };
  return { type: 'perplexity', lm: id, ...opening, minus: 'base' };
}

/** A teacher that gives every completion a score. */
function scoring(reward: RewardModel): Teacher {
  return scoringBy(
    reward.name,
    async (items) => Array.from(await scoreAll(reward, items)),
    () => reward.close?.(),
  );
}

/** A judge that scores; it may refuse to. */
function judging(judge: Judge): Teacher {
  const scoring = scoringBy(
    judge.name,
    (items) => judge.score(items),
    () => judge.close(),
  );
  return { ...scoring, forecast: (items) => describeEstimate(judge, judge.estimate(items)) };
}

function describeEstimate(
  { name }: Judge,
  { requests, inputTokens, outputTokens, usd }: JudgeEstimate,
): string {
  const count = (n: number) => Math.round(n).toLocaleString('en');
  const cost = usd === undefined ? '' : `, about $${usd.toFixed(usd < 1 ? 4 : 2)}`;
  return `${name} will be asked ${count(requests)} times: ${count(inputTokens)} tokens in, up to ${count(outputTokens)} out${cost}`;
}

function scoringBy(
  name: string,
  score: (items: readonly RewardItem[]) => Promise<Rating[]>,
  close: () => Promise<void> | undefined,
): Teacher {
  return {
    name,
    rate: score,
    async prefer(pairs) {
      const scores = await score(pairs.flatMap(({ a, b }) => [a, b]));
      return pairs.map((_, i) => shareOf(scores[2 * i], scores[2 * i + 1]));
    },
    close: async () => close(),
  };
}

/** A judge that compares: a completion's rating is the share of the others of its prompt that it beats. */
function comparing(judge: Judge): Teacher {
  const prefer = (pairs: readonly ItemPair[]) => judge.compare(pairs.map(textsOf));
  const rounds = (items: readonly RewardItem[], samples: number) =>
    roundRobin(items.length, samples).map(([a, b]) => textsOf({ a: items[a], b: items[b] }));
  return {
    name: judge.name,
    prefer,
    async rate(items, samples) {
      const shares = await judge.compare(rounds(items, samples));
      return meanShares(items.length, roundRobin(items.length, samples), shares);
    },
    forecast: (items, samples) => describeEstimate(judge, judge.estimate(rounds(items, samples))),
    close: () => judge.close(),
  };
}

function textsOf({ a, b }: ItemPair): JudgePair {
  const { prompt, messages } = a;
  return { prompt, ...(messages ? { messages } : {}), a: a.completion, b: b.completion };
}

/** The path of a teacher that is a file. */
export function fileOf(spec: TeacherSpec): string {
  if (spec.type === 'file' && 'path' in spec && typeof spec.path === 'string') return spec.path;
  throw new TypeError('the teacher is no file');
}
