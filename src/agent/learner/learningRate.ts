import type { AgentConfig } from '../../config/index.js';

/**
 * What the learning rates are multiplied by in a step: with a `linear` schedule they rise over the first `warmup` share
 * of the run and then fall to nothing at its end, so that the last updates average the noise of the rewards out.
 * @param step counted from 0
 * @param steps of the whole run
 */
export function learningRateScale(schedule: AgentConfig['lrSchedule'], step: number, steps: number): number {
  if (schedule.type === 'constant') return 1;
  const rising = Math.round(schedule.warmup * steps);
  return step < rising ? (step + 1) / rising : (steps - step) / (steps - rising);
}
