import { z } from 'zod';
import { byteSize, count, fraction, positive, whenOmitted } from './primitives.js';

const replayShared = {
  /** Most transitions kept; whole episodes leave, oldest first. */
  capacity: count.default(4096),
  /** Most memory that they take, such as `512MB` or `2GB`; by default no other limit than `capacity`. */
  memory: byteSize.optional(),
  /** How states are kept: `float16` halves their memory and rounds them to 11 bits. */
  states: z.enum(['float32', 'float16']).default('float32'),
};

export const replay = z
  .discriminatedUnion('type', [
    z.strictObject({ type: whenOmitted('uniform'), ...replayShared }),
    /** Not with the `value` target, which passes over the whole replay. */
    z.strictObject({
      type: z.literal('prioritised'),
      ...replayShared,
      /** Transitions are drawn in proportion to `priority^alpha`: uniformly at 0. */
      alpha: fraction.default(0.6),
      /** Exponent of the importance weights at the start of the run; it rises linearly to 1 over the run. */
      betaStart: fraction.default(0.4),
      /** Added to the size of the TD error to make the priority. */
      epsilon: positive.default(1e-3),
    }),
  ])
  .prefault({ type: 'uniform' });

export type ReplayConfig = z.output<typeof replay>;
