import type { WatchLimits } from '../config/index.js';
import { type BaseStep, formatNumber, mean } from '../eval/index.js';

/** Something that tells of collapse. */
export interface Sign {
  /** 1 at its limit, 2 when twice as far gone. */
  severity: number;
  /** In words. */
  text: string;
}

/** Standard errors by which a reward must have risen. */
const CLEARLY = 2;

/** The means of a few steps; of perplexity the geometric one. Figures that a step lacks are left out. */
export function meanStep(steps: readonly BaseStep[]): BaseStep {
  const rewards = given(steps.map(({ reward }) => reward));
  const errors = given(steps.map(({ rewardError }) => rewardError));
  const distinct2 = given(steps.map((step) => step.distinct2));
  const logs = given(steps.map((step) => step.perplexity)).map(Math.log);
  const phrases = given(steps.map(({ phrase }) => phrase));
  const [most] = phrases.toSorted((a, b) => b.share - a.share);
  const whole = (values: readonly unknown[]) => values.length === steps.length;
  return {
    ...(whole(rewards) ? { reward: mean(rewards) } : {}),
    ...(whole(errors) ? { rewardError: Math.hypot(...errors) / errors.length } : {}),
    ...(whole(distinct2) ? { distinct2: mean(distinct2) } : {}),
    ...(whole(logs) ? { perplexity: Math.exp(mean(logs)) } : {}),
    ...(most
      ? { phrase: { text: most.text, share: sum(phrases.map(({ share }) => share)) / steps.length } }
      : {}),
  };
}

/** Whether the reward is above the base's by more than twice the standard error of their difference. */
export function hasClimbed(base: BaseStep, now: BaseStep): boolean {
  if (base.reward === undefined || now.reward === undefined) return false;
  const error = Math.hypot(base.rewardError ?? 0, now.rewardError ?? 0);
  return now.reward - base.reward > CLEARLY * error;
}

/** The signs of collapse that have reached their limits. */
export function signsOf(base: BaseStep, now: BaseStep, limits: WatchLimits): Sign[] {
  const signs = [
    diversitySign(base, now, limits.diversity),
    phraseSign(base, now, limits.phrase),
    perplexitySign(base, now, limits.perplexity),
  ];
  return signs.filter((sign) => sign !== undefined).filter(({ severity }) => severity >= 1);
}

function diversitySign({ distinct2: before = 0 }: BaseStep, now: BaseStep, limit: number): Sign | undefined {
  const { distinct2: after } = now;
  // Completions of one word have no pairs.
  if (after === undefined || before === 0) return undefined;
  return {
    severity: (limit * before) / after,
    text: `distinct-2 fell from ${formatNumber(before)} to ${formatNumber(after)}`,
  };
}

function phraseSign(before: BaseStep, { phrase: after }: BaseStep, limit: number): Sign | undefined {
  const least = before.phrase?.share ?? 0;
  if (after === undefined || least === 1) return undefined;
  return {
    severity: (after.share - least) / (1 - least) / limit,
    text: `the commonest phrase rose from ${percent(least)} to ${percent(after.share)} of the completions`,
  };
}

function perplexitySign({ perplexity: before }: BaseStep, now: BaseStep, limit: number): Sign | undefined {
  const { perplexity: after } = now;
  if (before === undefined || after === undefined) return undefined;
  const change = Math.log(after / before);
  return {
    severity: Math.abs(change) / Math.log(limit),
    text: `perplexity under the base model ${change > 0 ? 'rose' : 'fell'} from ${formatNumber(before)} to ${formatNumber(after)}`,
  };
}

/** `7%` */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function given<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
