import type { BaseResult, TunedResult } from '../types.js';
import { headlineResult, type ReportData } from './data.js';
import { formatNumber, formatShort } from './format.js';

/** Beta is calibrated on other prompts, so the KL of an evaluation may pass the budget by this factor. */
const KL_TOLERANCE = 1.1;

/** The run's own warnings and those that its figures give cause for, in plain words. */
export function reportWarnings(data: ReportData): string[] {
  const given = [...(data.warnings ?? [])];
  const tuned = headlineResult(data);
  if (!tuned || !data.evaluation) return given;
  const checks = [
    diversityWarning(tuned, data.evaluation.base),
    klWarning(tuned, data.klBudget),
    gainWarning(tuned),
  ];
  return [...given, ...checks.filter((warning) => warning !== undefined)];
}

function diversityWarning(tuned: TunedResult, base: BaseResult): string | undefined {
  if (!(tuned.distinct2 < base.distinct2 / 2)) return undefined;
  return (
    `Diversity has collapsed: distinct-2 is ${formatNumber(tuned.distinct2)}, less than half of the base ` +
    `model's ${formatNumber(base.distinct2)}. The reward may favour a few phrases. Read the samples, and ` +
    'try a lower beta or a smaller KL budget.'
  );
}

function klWarning(tuned: TunedResult, budget: number | undefined): string | undefined {
  if (budget === undefined || !(tuned.klPerToken > budget * KL_TOLERANCE)) return undefined;
  return (
    `The KL per token is ${formatShort(tuned.klPerToken)} nats, above the budget of ${formatShort(budget)}. ` +
    'The tuned model has moved further from the base model than was asked for; try a lower beta.'
  );
}

function gainWarning({ gain }: TunedResult): string | undefined {
  if (!(gain.low <= 0 && gain.high >= 0)) return undefined;
  return (
    'The gain is within the noise: its 95% interval includes zero. Train longer, or evaluate on more prompts ' +
    'and samples.'
  );
}
