import { z } from 'zod';
import { InputError } from '../common/index.js';
import { validate, type WatchLimits, watchLimits } from '../config/index.js';
import type { StepMetrics } from '../eval/index.js';
import type { TrainCallback, Verdict } from './callbacks.js';
import { DiversityWatch } from './diversityWatch.js';

export interface WatchDiversityOptions extends Partial<WatchLimits> {
  /** `stop` ends the training with the warning; default `warn`. */
  action?: 'warn' | 'stop';
  /** Takes the warning, one line; default `console.warn`. */
  warn?: (message: string) => void;
}

const settings = watchLimits.extend({ action: z.enum(['warn', 'stop']).default('warn') });

/**
 * Warns of reward hacking: the reward has climbed above the base policy's by more than twice the standard error, and the
 * completions have collapsed, the mean of three steps against the first step, which the base policy plays (or
 * {@link StepMetrics.base}). Collapsed are completions of few word pairs, with one phrase in most of them, or of a
 * perplexity under the base model that is far off its own. Warns once, and again when it is twice as bad.
 *
 * {@link train} does so by itself, as `train.watch` says: set `train.watch.action` to `off` to use another.
 * @param options the limits are those of `train.watch`: `diversity` 0.4, `phrase` 0.5 and `perplexity` 3 by default
 * @throws InputError for an option out of its range, and in a run that generates no text to learn from.
 */
export function watchDiversity(options: WatchDiversityOptions = {}): TrainCallback {
  const { warn = console.warn, ...given } = options;
  const { action, ...limits } = validate(settings, given, 'watchDiversity');
  const { step } = callbackOf(new DiversityWatch(limits), action === 'stop', warn);
  return {
    step(metrics) {
      if (metrics.distinct2 === undefined) {
        throw new InputError(
          'watchDiversity looks at generated text, and this run generates none: leave it out',
        );
      }
      return step(metrics);
    },
  };
}

/** A callback that passes on what a watch says, and stops with it if it is to. */
export function callbackOf(watch: DiversityWatch, stops: boolean, warn: (message: string) => void) {
  return {
    step(metrics: StepMetrics): Verdict {
      const warning = watch.see(metrics);
      if (warning === undefined) return undefined;
      warn(warning);
      return stops ? { stop: warning } : undefined;
    },
  };
}
