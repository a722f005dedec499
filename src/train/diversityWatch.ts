import type { WatchLimits } from '../config/index.js';
import { type BaseStep, formatNumber, type StepMetrics } from '../eval/index.js';
import { hasClimbed, meanStep, percent, type Sign, signsOf } from './watchSigns.js';

/** Steps whose means are compared with the base: one batch alone may be a fluke. */
const WINDOW = 3;
/** How many times as far gone it must be to be told again. */
const CLEARLY_WORSE = 2;

/** What `watchDiversity` remembers; it depends on the steps alone, so that a resumed run can be shown the earlier ones. */
export class DiversityWatch {
  private base: BaseStep | undefined;
  private recent: readonly StepMetrics[] = [];
  /** How far gone it was when last told, and steps since. */
  private told = 0;
  private since = 0;

  constructor(private readonly limits: WatchLimits) {}

  /** @returns A warning, when there is one to give after this step. */
  see(metrics: StepMetrics): string | undefined {
    if (!this.base) {
      this.base = metrics.base ?? metrics;
      return undefined;
    }
    this.recent = [...this.recent, metrics].slice(-WINDOW);
    if (this.recent.length < WINDOW) return undefined;
    const now = meanStep(this.recent);
    const signs = hasClimbed(this.base, now) ? signsOf(this.base, now, this.limits) : [];
    const severity = Math.max(0, ...signs.map((sign) => sign.severity));
    this.since++;
    // While the window still holds steps from before the warning, it only fills with what was told of.
    if (this.told > 0 && this.since < WINDOW) this.told = Math.max(this.told, severity);
    if (severity < 1 || severity <= CLEARLY_WORSE * this.told) return undefined;
    this.told = severity;
    this.since = 0;
    return warningOf(metrics, this.base, now, signs);
  }
}

function warningOf(
  { step, beta, phrase }: StepMetrics,
  base: BaseStep,
  { reward }: BaseStep,
  signs: readonly Sign[],
): string {
  const climb = `from ${formatNumber(base.reward ?? 0)} to ${formatNumber(reward ?? 0)}`;
  const found = signs.map(({ text }) => text).join(', ');
  const commonest = phrase ? ` ('${phrase.text}' is in ${percent(phrase.share)} of its completions)` : '';
  const nearer =
    beta === undefined ? 'set policy.type to guided' : `lower policy.beta (${formatNumber(beta)} now)`;
  return (
    `reward hacking? By step ${step} the reward climbed ${climb}, but ${found}${commonest}: read samples.jsonl, and ` +
    `${nearer}, or add repetition or distinct to a composite reward`
  );
}
