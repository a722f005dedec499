import { z } from 'zod';
import { agent } from './agentSchema.js';
import { env, type TextEnvConfig, type WorldConfig } from './envSchema.js';
import { policy } from './policySchema.js';
import { count, positive } from './primitives.js';
import { replay } from './replaySchema.js';

/** Where a language model may run. */
export const lmDevices = ['cpu', 'webgpu', 'cuda', 'auto'] as const;

const lm = z
  .strictObject({
    /** A directory in transformers.js's layout, or a hub id. */
    id: z.string().default('data/models/stories'),
    /** Which `onnx/model_*.onnx`: `fp32`, `fp16`, `q4`, ...; by default the best there. */
    dtype: z.string().optional(),
    /** With a hub id: a branch, a tag or a commit. A directory has none. */
    revision: z.string().default('main'),
    /** ONNX Runtime's threads; by default the fastest of a short timing (one thread in `sync` mode). */
    threads: count.optional(),
    /**
     * Where it runs. `auto` takes the first of `cuda`, `webgpu` and `cpu` that works. The CPU is the default, since numbers
     * differ between devices (and on a GPU even `sync` may not repeat), and small models gain nothing from a GPU.
     */
    device: z.enum(lmDevices).default('cpu'),
    /**
     * Layers whose hidden states make up the state, side by side: 0 is the embeddings, i the i-th layer's output, and -1
     * what the `lm_head` reads.
     */
    layers: z.array(z.number().int()).min(1).default([-1]),
  })
  .prefault({});

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
export type LmConfig = RunConfig['lm'];
export type RewardSpec = z.output<typeof rewardSpec>;

/** Whether a run is on text. */
export function isTextRun(config: RunConfig): config is TextRunConfig {
  return config.env.type === 'text';
}

/** Whether a run is in an environment other than text. */
export function isWorldRun(config: RunConfig): config is WorldRunConfig {
  return !isTextRun(config);
}
