import { z } from 'zod';

/** When a run's completions count as collapsed: the mean of three steps against the base policy's. */
export const watchLimits = z.strictObject({
  /** distinct-2 has fallen to this share of the base's. */
  diversity: z.number().positive().max(1).default(0.4),
  /** The share of completions that hold the commonest phrase has gone so far of the way from the base's to all of them. */
  phrase: z.number().positive().max(1).default(0.5),
  /** Perplexity under the base model has changed by this factor: up where text falls apart, down where it runs in loops. */
  perplexity: z.number().gt(1).default(3),
});

/** The watch for reward hacking, in runs that generate text. */
export const watch = watchLimits
  .extend({
    /** What happens when the completions collapse while the reward climbs: a warning, or an end of the training as well. */
    action: z.enum(['warn', 'stop', 'off']).default('warn'),
  })
  .prefault({});

export type WatchLimits = z.output<typeof watchLimits>;
