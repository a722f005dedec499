import { InputError } from '../common/index.js';
import { isRecord } from '../config/index.js';
import type { StepMetrics } from '../eval/index.js';
import type { Evaluated } from './workload.js';

/** What a callback may ask for: an end of training after this step, as if it were the last; it may say why. */
export type Verdict = undefined | 'stop' | { stop: string };

/** Something to call; whatever it returns but a {@link Verdict} is ignored. */
type Call<Event> = ((event: Event) => Verdict | Promise<Verdict>) | ((event: Event) => void);

/** An evaluation during training, without exploration. */
export interface EvaluationEvent {
  step: number;
  /** Mean reward on the evaluation prompts or episodes. */
  reward: number;
  /** KL from the base policy, mean per token, in nats; on text. */
  kl?: number;
}

/** Called while a run trains; every method is optional and may be asynchronous. A {@link Verdict} ends the training early. */
export interface TrainCallback {
  /** After each step, with the line of `metrics.jsonl`. */
  step?: Call<StepMetrics>;
  evaluation?: Call<EvaluationEvent>;
  /** After a checkpoint is written. @param directory where it is */
  checkpoint?: (step: number, directory: string) => void;
}

/**
 * Ends the training when the evaluation reward has not risen by more than `minGain` over its best for so many
 * evaluations in a row.
 * @param evaluations how many, at least 1; default 5
 * @param minGain default 0
 * @throws InputError when `evaluations` is no whole number of at least 1.
 */
export function stopOnPlateau({ evaluations = 5, minGain = 0 } = {}): TrainCallback {
  if (!Number.isInteger(evaluations) || evaluations < 1) {
    throw new InputError(`stopOnPlateau: evaluations is ${evaluations}; it is a whole number of at least 1`);
  }
  let best = Number.NEGATIVE_INFINITY;
  let without = 0;
  return {
    evaluation({ reward }) {
      without = reward > best + minGain ? 0 : without + 1;
      best = Math.max(best, reward);
      return without >= evaluations ? 'stop' : undefined;
    },
  };
}

/**
 * Ends the training when the evaluated policy's KL from the base, in nats per token, exceeds a limit.
 * @throws InputError when the limit is not above 0.
 */
export function stopAboveKl(limit: number): TrainCallback {
  if (!(limit > 0)) throw new InputError(`stopAboveKl: the limit is ${limit}; it is a number above 0`);
  return { evaluation: ({ kl = 0 }) => (kl > limit ? 'stop' : undefined) };
}

/** Asks every callback; one that wants to stop is enough, and the first one's reason is told. */
export async function reasonToStop(
  callbacks: readonly TrainCallback[],
  metrics: StepMetrics,
  evaluated: Evaluated | undefined,
): Promise<string | undefined> {
  const { step } = metrics;
  const reasons: (string | undefined)[] = [];
  for (const callback of callbacks) {
    reasons.push(reasonOf(await callback.step?.(metrics)));
    if (evaluated) reasons.push(reasonOf(await callback.evaluation?.({ step, ...evaluated })));
  }
  return reasons.find((reason) => reason !== undefined);
}

/** A verdict's reason. Callbacks may return other things too. */
function reasonOf(verdict: unknown): string | undefined {
  if (verdict === 'stop') return 'a callback asked for it';
  if (!isRecord(verdict)) return undefined;
  return typeof verdict['stop'] === 'string' ? verdict['stop'] : undefined;
}
