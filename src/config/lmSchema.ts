import { z } from 'zod';
import { count, positive } from './primitives.js';

/** Where a language model may run. */
export const lmDevices = ['cpu', 'webgpu', 'cuda', 'auto'] as const;

/** For a model that translates between many languages, such as NLLB: their codes, such as `{target: fra_Latn}`. */
export const lmLanguages = z.strictObject({ source: z.string().optional(), target: z.string().optional() });

/** How a model is opened. */
export const lmOpening = {
  /** Which `onnx/model_*.onnx`: `fp32`, `fp16`, `q4`, ...; by default the best there. */
  dtype: z.string().optional(),
  /** With a hub id: a branch, a tag or a commit. A directory has none. */
  revision: z.string().default('main'),
  languages: lmLanguages.optional(),
  /** ONNX Runtime's threads; by default the fastest of a short timing (one thread in `sync` mode). */
  threads: count.optional(),
  /**
   * Where it runs. `auto` takes the first of `cuda`, `webgpu` and `cpu` that works. The CPU is the default, since numbers
   * differ between devices (and on a GPU even `sync` may not repeat), and small models gain nothing from a GPU.
   */
  device: z.enum(lmDevices).default('cpu'),
};

/** The language model that is frozen. */
export const lm = z
  .strictObject({
    /** A directory in transformers.js's layout, or a hub id. */
    id: z.string().default('data/models/stories'),
    ...lmOpening,
    /**
     * Layers whose hidden states make up the state, side by side: 0 is the embeddings, i the i-th layer's output, and -1
     * what the `lm_head` reads.
     */
    layers: z.array(z.number().int()).min(1).default([-1]),
  })
  .prefault({});

/** The larger model that `agent.target.type` `teacher` learns from, with the same tokenizer as `lm`. */
export const teacher = z.strictObject({
  /** A directory in transformers.js's layout, or a hub id. */
  id: z.string(),
  ...lmOpening,
  /** Of its next-token distribution; by default `env.temperature`. */
  temperature: positive.optional(),
});

export type LmConfig = z.output<typeof lm>;
export type TeacherConfig = z.output<typeof teacher>;
