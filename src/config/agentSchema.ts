import { z } from 'zod';
import { count, fraction, positive, whenOmitted } from './primitives.js';

const target = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: whenOmitted('value'),
      /** Cost of a nat of KL still to be paid. */
      tau: z.number().min(0).default(0.05),
    }),
    z.strictObject({ type: z.literal('dqn') }),
    z.strictObject({ type: z.literal('double') }),
    z.strictObject({
      type: z.literal('soft'),
      /** Inverse temperature of the backup; by default the policy's beta. */
      beta: positive.optional(),
    }),
    z.strictObject({
      type: z.literal('expected'),
      /** The policy that is evaluated: the one that acts at present, or the greedy one. */
      policy: z.enum(['current', 'greedy']).default('current'),
    }),
    z.strictObject({
      type: z.literal('ilql'),
      /** The value is this expectile of Q over the actions in the data: 0.5 is their mean, 1 would be the best. */
      expectile: z.number().gt(0).lt(1).default(0.8),
      /** Weight of the CQL term, which holds the actions in the data above the others. */
      cql: z.number().min(0).default(0.01),
    }),
    z.strictObject({
      type: z.literal('teacher'),
      /** From the teacher to the policy, `KL(p, pi)`, which covers all that the teacher says; or `KL(pi, p)`. */
      divergence: z.enum(['forward', 'reverse']).default('forward'),
    }),
  ])
  .prefault({ type: 'value' });

/** Whether a return goes on through later exploring actions, or is cut and bootstraps there (Watkins 1989). */
const traces = z.enum(['uncut', 'watkins']).default('uncut');

const returns = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('one-step') }),
    z.strictObject({ type: z.literal('n-step'), n: count.default(3), traces }),
    z.strictObject({ type: z.literal('lambda'), lambda: fraction.default(0.95), traces }),
    z.strictObject({ type: whenOmitted('episode') }),
  ])
  .prefault({ type: 'episode' });

/** What `v` gives: a number, quantiles of the return (QR-DQN), or probabilities of bins of it (HL-Gauss). */
export const critic = z
  .discriminatedUnion('type', [
    z.strictObject({ type: whenOmitted('scalar') }),
    z.strictObject({
      type: z.literal('quantile'),
      quantiles: count.default(32),
      /** Where the quantile loss turns from squared to absolute. */
      kappa: z.number().min(0).default(1),
    }),
    z.strictObject({
      type: z.literal('hl-gauss'),
      bins: z.number().int().min(2).default(51),
      /** Smallest and largest return; what lies beyond counts as there. */
      min: z.number().default(-1),
      max: z.number().default(1),
      /** Spread of a target over its neighbours, in widths of a bin. */
      sigma: positive.default(0.75),
    }),
  ])
  .prefault({ type: 'scalar' });

export const agent = z
  .strictObject({
    head: z
      .strictObject({
        /** `tied` to the rows of the `lm_head`, the default for tokens, or `dense`, one output for each action. */
        type: z.enum(['tied', 'dense']).optional(),
        /** Units of the hidden layers of `g` and `v`. */
        hidden: z.array(count).default([256, 256]),
        /** Convolutions before them, for observations of shape `[height, width, channels]`. */
        conv: z
          .array(z.strictObject({ filters: count, size: count.default(3), stride: count.default(1) }))
          .default([]),
        /** Whether Q is the sum of a value and an advantage, or one net's output. */
        dueling: z.boolean().default(true),
        /** Whether states are standardised by the first batch's; by default hidden states are, other observations not. */
        standardise: z.boolean().optional(),
        /**
         * With the `value` target, what the advantage is centred by: its expectation under the policy that acted, or
         * its mean. The other targets bootstrap from advantages centred by their mean, and learn them so.
         */
        centring: z.enum(['behaviour', 'mean']).default('behaviour'),
      })
      .prefault({}),
    target,
    returns,
    critic,
    /** Learn two critics and bootstrap from the smaller of their values (clipped double Q). */
    twin: z.boolean().default(false),
    gamma: fraction.default(1),
    /** Adam's learning rate for the advantage. */
    lr: positive.default(1e-3),
    /** Adam's learning rate for the value. */
    valueLr: positive.default(1e-3),
    /** How the learning rates go through the run: rise over the `warmup` share of it and fall to 0, or stay. */
    lrSchedule: z
      .discriminatedUnion('type', [
        z.strictObject({ type: whenOmitted('linear'), warmup: fraction.default(0.1) }),
        z.strictObject({ type: z.literal('constant') }),
      ])
      .prefault({ type: 'linear' }),
    loss: z
      .discriminatedUnion('type', [
        z.strictObject({ type: whenOmitted('mse') }),
        z.strictObject({ type: z.literal('huber'), delta: positive.default(1) }),
      ])
      .prefault({ type: 'mse' }),
    /** Largest global norm of a gradient. */
    gradClip: positive.default(1),
    batchSize: count.default(256),
    /** With the `value` target: passes of the advantage over the replay in each step. */
    passes: count.default(1),
    /** With the `value` target: updates of the value net in each step (0: it stays at zero), and their batch size. */
    valueUpdates: z.number().int().min(0).default(20),
    valueBatchSize: count.default(512),
    /** With the `value` target: subtract the mean of the group's other samples at the same step. */
    groupBaseline: z.boolean().default(false),
    /** With the other targets: updates of Q in each step, or of the advantage with `teacher`. */
    updates: count.default(60),
    /** Transitions in the replay before the first update. */
    learningStarts: count.default(1),
    targetNetwork: z
      .discriminatedUnion('type', [
        z.strictObject({ type: whenOmitted('hard'), every: count.default(60) }),
        z.strictObject({ type: z.literal('polyak'), rate: fraction.default(0.005) }),
      ])
      .prefault({ type: 'hard' }),
    /** The tfjs backend; `auto` takes the best that loads. Software GPU adapters are used on request only. */
    backend: z.enum(['auto', 'tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu']).default('auto'),
  })
  .prefault({});

export type AgentConfig = z.output<typeof agent>;
export type TargetConfig = AgentConfig['target'];
export type ReturnsConfig = AgentConfig['returns'];
export type CriticConfig = AgentConfig['critic'];
