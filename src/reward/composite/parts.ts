import type { RewardSpec } from '../../config/index.js';
import { scoreAll } from '../scoreAll.js';
import { scoresTokens, type TokenRewardModel } from '../scoreAllTokens.js';
import type { RewardItem, RewardModel } from '../types.js';

/** What is done to a part's scores, in this order. */
export interface PartParameters {
  normalise: 'none' | 'batch' | { mean: number; deviation: number };
  /** Lowest and highest. */
  clip?: [number, number] | undefined;
  weight: number;
}

/** One of a composite's rewards. */
export interface Part extends PartParameters {
  model: RewardModel;
}

/** A part whose scores may arrive token by token. */
export interface TokenPart extends Part {
  model: TokenRewardModel;
}

/** Opens all parts, or none: where one cannot be opened, the others are closed. */
export async function openParts(
  given: readonly (PartParameters & { reward: RewardSpec })[],
  create: (spec: RewardSpec) => Promise<RewardModel>,
): Promise<Part[]> {
  const opening = await Promise.allSettled(given.map(({ reward }) => create(reward)));
  const models = opening.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failure = opening.find((each) => each.status === 'rejected');
  if (failure === undefined) return models.map((model, i) => ({ ...given[i], model }));
  await closeAll(models);
  throw failure.reason;
}

/** Closes every reward, whatever becomes of the others. */
export async function closeAll(models: readonly RewardModel[]): Promise<void> {
  const closing = await Promise.allSettled(models.map(async (model) => model.close?.()));
  const failure = closing.find((each) => each.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** A part's scores of a batch: normalised, then cut off, then weighted. */
export async function partScores(
  { model, normalise, clip, weight }: Part,
  batch: readonly RewardItem[],
): Promise<number[]> {
  const scores = Array.from(await scoreAll(model, batch));
  const { mean, deviation } = scaleOf(normalise, scores);
  const [low, high] = clip ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return scores.map((score) => weight * Math.min(high, Math.max(low, (score - mean) / deviation)));
}

function scaleOf(
  normalise: Part['normalise'],
  scores: readonly number[],
): { mean: number; deviation: number } {
  if (normalise === 'none') return { mean: 0, deviation: 1 };
  if (normalise !== 'batch') return normalise;
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  // Scores that are all the same become 0.
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/** Whether a part's score is the sum of its tokens': it scores those, and is neither normalised nor cut off. */
export function splitsByToken(part: Part): part is TokenPart {
  return scoresTokens(part.model) && part.normalise === 'none' && part.clip === undefined;
}
