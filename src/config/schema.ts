import { z } from 'zod';

const positive = z.number().positive();
const count = z.number().int().positive();
const fraction = z.number().min(0).max(1);
/** The `type` of the variant that is meant when a config sets parameters alone: `policy: {beta: 5}`. */
const whenOmitted = <T extends string>(type: T) =>
  z
    .literal(type)
    .optional()
    .default(() => type);

const lm = z
  .strictObject({
    /** A directory in transformers.js's layout, or a hub id. */
    id: z.string().default('data/models/stories'),
    /** Which `onnx/model_*.onnx`: `fp32`, `fp16`, `q4`, ...; by default the best there. */
    dtype: z.string().optional(),
    /** ONNX Runtime's threads; by default the fastest of a short timing (one thread in `sync` mode). */
    threads: count.optional(),
  })
  .prefault({});

const data = z
  .strictObject({
    /** `.txt`, `.jsonl` or `.csv`. */
    prompts: z.string().default('data/prompts/stories.txt'),
    /** A file of evaluation prompts; by default some of `prompts` are held out. */
    evalPrompts: z.string().optional(),
    /** How many prompts are held out for evaluation. At most half of them are. */
    evalSize: count.default(64),
    /** How many training prompts are kept aside to calibrate the sampling beta on. At most a quarter of them are. */
    calibrationSize: count.default(32),
  })
  .prefault({});

const env = z
  .strictObject({
    type: z.literal('text').default('text'),
    /** Tokens at which an episode ends. */
    maxNewTokens: count.default(32),
    /** Candidates per state: the base model's most likely tokens. */
    topK: count.default(64),
    /** Temperature of the base policy `pi_ref`. */
    temperature: positive.default(1),
    /** Texts that end a completion. */
    stop: z.array(z.string().min(1)).default([]),
  })
  .prefault({});

const epsilon = z
  .strictObject({
    start: fraction.default(1),
    end: fraction.default(0.1),
    /** Share of the run over which epsilon falls from `start` to `end`. */
    fraction: fraction.default(0.5),
    /** Exploring actions are drawn from the base policy, or uniformly from the candidates. */
    draw: z.enum(['reference', 'uniform']).default('reference'),
  })
  .prefault({});

const policy = z
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
  ])
  .prefault({ type: 'value' });

const returns = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('one-step') }),
    z.strictObject({ type: z.literal('n-step'), n: count.default(3) }),
    z.strictObject({ type: z.literal('lambda'), lambda: fraction.default(0.95) }),
    z.strictObject({ type: whenOmitted('episode') }),
  ])
  .prefault({ type: 'episode' });

const agent = z
  .strictObject({
    head: z
      .strictObject({
        type: z.literal('tied').default('tied'),
        /** Units of the hidden layers of `g` and `v`. */
        hidden: z.array(count).default([256, 256]),
        /**
         * With the `value` target, what the advantage is centred by: its expectation under the policy that acted, or
         * its mean. The other targets bootstrap from advantages centred by their mean, and learn them so.
         */
        centring: z.enum(['behaviour', 'mean']).default('behaviour'),
      })
      .prefault({}),
    target,
    returns,
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
    /** With the `value` target: updates of the value net in each step, and their batch size. */
    valueUpdates: count.default(20),
    valueBatchSize: count.default(512),
    /** With the `value` target: subtract the mean of the group's other samples at the same step. */
    groupBaseline: z.boolean().default(true),
    /** With the other targets: updates of Q in each step. */
    updates: count.default(60),
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

/** Most transitions kept; whole episodes leave, oldest first. */
const capacity = count.default(4096);

const replay = z
  .discriminatedUnion('type', [
    z.strictObject({ type: whenOmitted('uniform'), capacity }),
    /** Not with the `value` target, which passes over the whole replay. */
    z.strictObject({
      type: z.literal('prioritised'),
      capacity,
      /** Transitions are drawn in proportion to `priority^alpha`: uniformly at 0. */
      alpha: fraction.default(0.6),
      /** Exponent of the importance weights at the start of the run; it rises linearly to 1 over the run. */
      betaStart: fraction.default(0.4),
      /** Added to the size of the TD error to make the priority. */
      epsilon: positive.default(1e-3),
    }),
  ])
  .prefault({ type: 'uniform' });

const train = z
  .strictObject({
    /** `async` generates the next batch while the learner works on this one; `sync` repeats bit for bit. */
    mode: z.enum(['async', 'sync']).default('async'),
    /** Steps: each is a batch of episodes and the updates on it. */
    steps: count.default(24),
    promptsPerStep: count.default(16),
    samplesPerPrompt: count.default(8),
    /** Evaluate every so many steps; 0: at the end alone. */
    evalEvery: z.number().int().min(0).default(4),
    /** Samples per evaluation prompt in those evaluations. */
    evalSamples: count.default(2),
    checkpointEvery: count.default(4),
    /** How many checkpoints are kept besides the best. */
    keepCheckpoints: count.default(2),
  })
  .prefault({});

/** A reward: the name of a built-in one or the path of a module, alone or with its parameters. */
export const rewardSpec = z.union([z.string(), z.looseObject({ type: z.string() })], {
  error: 'expected a name, the path of a module, or {type: ..., parameters}',
});

/** A run's whole configuration. Every key has a default, and unknown keys are refused at every depth. */
export const runConfig = z.strictObject({
  seed: z.number().int().min(0).default(0),
  /** Where the run is written; by default `runs/` and the configuration's name. */
  out: z.string().optional(),
  lm,
  data,
  env,
  reward: rewardSpec.default('sentiment'),
  policy,
  agent,
  replay,
  train,
  /** Largest KL(pi_beta, pi_ref) per token, in nats, that the calibrated sampling beta may reach. */
  klBudget: positive.default(0.2),
  sample: z
    .strictObject({
      /** Overrides the calibrated sampling beta. */
      beta: z.number().min(0).optional(),
    })
    .prefault({}),
  eval: z
    .strictObject({
      /** Samples per evaluation prompt in the final evaluation. */
      samples: count.default(8),
      /** Best-of-n to compare with. */
      bestOf: z.array(count).default([4, 8, 16]),
    })
    .prefault({}),
});

export type RunConfig = z.output<typeof runConfig>;
export type AgentConfig = RunConfig['agent'];
export type PolicyConfig = RunConfig['policy'];
export type TargetConfig = AgentConfig['target'];
export type ReturnsConfig = AgentConfig['returns'];
export type EpsilonConfig = z.output<typeof epsilon>;
export type RewardSpec = z.output<typeof rewardSpec>;
