import { z } from 'zod';
import { agent } from './agentSchema.js';
import { distill } from './distillSchema.js';
import { env, type TextEnvConfig, type WorldConfig } from './envSchema.js';
import { lm, teacher } from './lmSchema.js';
import { policy } from './policySchema.js';
import { count, positive } from './primitives.js';
import { replay } from './replaySchema.js';
import { rewardSpec } from './rewardSpec.js';
import { watch } from './watchSchema.js';

const data = z
  .strictObject({
    /** `.txt`, `.jsonl` or `.csv`; by default those of `completions`, else the bundled stories. */
    prompts: z.string().optional(),
    /** A `.jsonl` file of scored completions (`prompt`, `completion`, `reward`) to learn from offline, generating none. */
    completions: z.string().optional(),
    /** A file of evaluation prompts, or `prompts` once more; by default some of those are held out. */
    evalPrompts: z.string().optional(),
    /** How many prompts are held out for evaluation. At most half of them are. */
    evalSize: count.default(64),
    /** How many training prompts are kept aside to calibrate the sampling beta on. At most a quarter of them are. */
    calibrationSize: count.default(32),
  })
  .transform((all) => ({ ...all, prompts: all.prompts ?? all.completions ?? 'data/prompts/stories.txt' }))
  .prefault({});

const train = z
  .strictObject({
    /** `async` generates the next batch while the learner works on this one; `sync` repeats bit for bit. */
    mode: z.enum(['async', 'sync']).default('async'),
    /** Steps: each is a batch of episodes and the updates on it. */
    steps: count.default(24),
    promptsPerStep: count.default(16),
    samplesPerPrompt: count.default(8),
    /** In an environment other than text: steps of each copy in a training step. */
    stepsPerCopy: count.default(64),
    /** Evaluate every so many steps; 0: at the end alone. */
    evalEvery: z.number().int().min(0).default(4),
    /** Samples per evaluation prompt in those evaluations. */
    evalSamples: count.default(2),
    /** In an environment other than text: episodes in those evaluations. */
    evalEpisodes: count.default(20),
    checkpointEvery: count.default(4),
    /** How many checkpoints are kept besides the best. */
    keepCheckpoints: count.default(2),
    watch,
  })
  .prefault({});

/** A run's whole configuration. Every key has a default, and unknown keys are refused at every depth. */
export const runConfig = z.strictObject({
  seed: z.number().int().min(0).default(0),
  /** Where the run is written; by default `runs/` and the configuration's name. */
  out: z.string().optional(),
  lm,
  teacher: teacher.optional(),
  /** What `tokenq distill` does; no part of a run itself. */
  distill: distill.optional(),
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
      /** In an environment other than text: episodes in the final evaluation. */
      episodes: count.default(100),
    })
    .prefault({}),
});

export type RunConfig = z.output<typeof runConfig>;
/** The configuration of a run on text. */
export type TextRunConfig = RunConfig & { env: TextEnvConfig };
/** The configuration of a run in another environment. */
export type WorldRunConfig = RunConfig & { env: WorldConfig };

/** Whether a run is on text. */
export function isTextRun(config: RunConfig): config is TextRunConfig {
  return config.env.type === 'text';
}

/** Whether a run is in an environment other than text. */
export function isWorldRun(config: RunConfig): config is WorldRunConfig {
  return !isTextRun(config);
}
