import { z } from 'zod';
import { lmOpening } from './lmSchema.js';
import { count, fraction, positive } from './primitives.js';
import { rewardModel } from './rewardModelSchema.js';
import { rewardSpec } from './rewardSpec.js';

/** A larger language model. */
const lmTeacher = z.strictObject({
  type: z.literal('lm'),
  /** A directory in transformers.js's layout, or a hub id. */
  id: z.string(),
  ...lmOpening,
});

/** Completions that are scored, ranked or compared already: see `tokenq data check`. */
const fileTeacher = z.strictObject({
  type: z.literal('file'),
  path: z.string(),
});

/** Any reward, such as `{type: judge, model: ...}`, which is validated when it is made. */
const rewardTeacher = z.looseObject({
  type: z.string().refine((type) => type !== 'lm' && type !== 'file'),
});

/** Who prefers: a larger language model, a file, or a reward. */
const teacher = z.union([lmTeacher, fileTeacher, rewardTeacher], {
  error:
    'expected {type: lm, id: ...}, {type: file, path: ...} or a reward, such as {type: judge, model: ...}',
});

/** What a teacher is shown: completions by the language model as it is, of the training prompts. */
const shown = {
  /** Completions of each prompt. */
  samples: count.min(2, 'a teacher that compares needs at least two').default(8),
  /** So many of the training prompts; default: all. */
  prompts: count.optional(),
};

/** How the student is compared with its base at the end, on the evaluation prompts, by the teacher. */
const judged = {
  /** Completions of each evaluation prompt, by either. */
  judgedSamples: count.default(1),
  /** A reward that judges where the teacher is a file, which cannot be asked. */
  judge: rewardSpec.optional(),
};

/** A reward model is trained on the teacher's preferences, and the head against it. */
const preferences = z.strictObject({
  method: z.literal('preferences'),
  teacher,
  ...shown,
  /** The least that two ratings must differ by to make a pair; they always differ. */
  minMargin: z.number().min(0).default(0),
  /** Share of the prompts whose pairs test the reward model. */
  heldOut: fraction.default(0.1),
  rewardModel,
  ...judged,
});

/** The head matches the teacher's next-token distributions; with another tokenizer, its log-probabilities are the reward. */
const policy = z.strictObject({
  method: z.literal('policy'),
  teacher: lmTeacher.extend({
    /** Of the teacher's next-token distribution; by default `env.temperature`. */
    temperature: positive.optional(),
  }),
  ...judged,
});

/** The head learns from rated completions alone, by implicit language Q-learning. */
const offline = z.strictObject({ method: z.literal('offline'), teacher, ...shown, ...judged });

/** What `tokenq distill` does. */
export const distill = z.discriminatedUnion('method', [preferences, policy, offline]);

export type DistillConfig = z.output<typeof distill>;
export type TeacherSpec = z.output<typeof teacher>;
