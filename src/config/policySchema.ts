import { z } from 'zod';
import { count, fraction, positive, whenOmitted } from './primitives.js';

const epsilon = z
  .strictObject({
    start: fraction.default(1),
    end: fraction.default(0.1),
    /** Share of the run over which epsilon falls from `start` to `end`. */
    fraction: fraction.default(0.5),
    /** How it falls: in a straight line, by a constant factor, or in so many equal drops. */
    schedule: z
      .discriminatedUnion('type', [
        z.strictObject({ type: whenOmitted('linear') }),
        z.strictObject({ type: z.literal('exponential') }),
        z.strictObject({ type: z.literal('step'), drops: count.default(4) }),
      ])
      .prefault({ type: 'linear' }),
    /** Exploring actions are drawn from the base policy, or uniformly from the candidates. */
    draw: z.enum(['reference', 'uniform']).default('reference'),
  })
  .refine(({ start, end, schedule }) => schedule.type !== 'exponential' || Math.min(start, end) > 0, {
    path: ['end'],
    error: 'an exponential schedule goes from a start to an end above 0',
  })
  .prefault({});

export const policy = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: whenOmitted('guided'),
      /** Weight of the advantage in `pi_ref * exp(beta * A)` while training. */
      beta: z.number().min(0).default(10),
      /** Steer beta so that the KL per token (nats) stays near this. */
      klTarget: positive.optional(),
    }),
    z.strictObject({ type: z.literal('epsilon-greedy'), epsilon }),
    z.strictObject({
      type: z.literal('boltzmann'),
      /** Actions are drawn with probability proportional to `exp(Q / temperature)`. */
      temperature: positive.default(0.1),
    }),
  ])
  .prefault({ type: 'guided' });

export type PolicyConfig = z.output<typeof policy>;
export type EpsilonConfig = z.output<typeof epsilon>;
