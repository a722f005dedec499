import { z } from 'zod';
import { count, positive } from './primitives.js';

const textEnv = z
  .strictObject({
    type: z.literal('text').default('text'),
    /** Tokens at which an episode ends; of a dialogue, tokens at which an answer ends. */
    maxNewTokens: count.default(32),
    /** Candidates per state: the base model's most likely tokens. */
    topK: count.default(64),
    /** Temperature of the base policy `pi_ref`. */
    temperature: positive.default(1),
    /** Texts that end a completion. */
    stop: z.array(z.string().min(1)).default([]),
    /** The only completions there are, such as labels, replies or items: an episode then is one choice among them. */
    actions: z
      .array(z.string().min(1))
      .min(2)
      .refine((texts) => new Set(texts).size === texts.length, 'every action is named once')
      .optional(),
    /**
     * Plays dialogues of at most so many answers: each of the user's turns is answered by the model, and the next one
     * follows its own answer. A prompt that is a plain text is a dialogue of one turn.
     */
    turns: count.optional(),
  })
  .refine(({ actions, turns }) => actions === undefined || turns === undefined, {
    path: ['turns'],
    error: 'a dialogue is answered token by token, not with one of env.actions: leave one of the two out',
  });

const worldEnv = z.looseObject({
  /** `gridworld`, `cartpole` or the path of a module; the other keys are its parameters. */
  type: z.string().refine((type) => type !== 'text'),
  /** Copies stepped side by side; by default 8, or 1 where a module exports a single environment. */
  copies: count.optional(),
});

/** Text, unless another `type` is named. */
export const env = z.union([textEnv, worldEnv]).prefault({});

export type TextEnvConfig = z.output<typeof textEnv>;
export type WorldConfig = z.output<typeof worldEnv>;
