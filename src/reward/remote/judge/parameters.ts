import { z } from 'zod';
import { remoteParameters } from '../parameters.js';

/** Where a judge is asked when no address is named. */
export const OPENAI = 'https://api.openai.com/v1';

const positive = z.number().positive();
const wholePositive = z.number().int().positive();

/** A judge: a model behind an OpenAI-compatible chat endpoint. */
export const judgeParameters = z
  .strictObject({
    ...remoteParameters,
    /** The address that `/chat/completions` is added to. */
    baseUrl: z.string().default(OPENAI),
    model: z.string().min(1),
    /**
     * The environment variable whose value is sent as `Authorization: Bearer`. It must be set when it is named here or when
     * OpenAI is asked; a server on this machine needs none.
     */
    keyEnv: z.string().optional(),
    /** As a reward: `score` asks for a score of each completion, `compare` whether it is better than a text of its row. */
    mode: z.enum(['score', 'compare']).default('score'),
    /** With `compare`: the column of the dataset row that holds that text; default `reference`. */
    column: z.string().min(1).optional(),
    /** What to judge by: the path of a text file, or the text itself; default a built-in one. */
    rubric: z.string().min(1).optional(),
    /** Whether the judge gives its reason first: a better judgement, for some 50 tokens more. */
    reason: z.boolean().default(false),
    /** Most tokens of an answer. */
    maxTokens: wholePositive.default(256),
    /** For servers that repeat their answers by it. */
    seed: z.number().int().optional(),
    /** Dollars for a million tokens that the model reads and writes. */
    price: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
    /** What may be spent, in dollars or tokens, from the opening of the judge on. */
    budget: z
      .strictObject({ usd: positive.optional(), tokens: wholePositive.optional() })
      .refine(({ usd, tokens }) => (usd ?? tokens) !== undefined, "name 'usd' or 'tokens'")
      .optional(),
  })
  .refine(({ budget, price }) => budget?.usd === undefined || price !== undefined, {
    path: ['price'],
    message: 'a budget in dollars needs the price of tokens: {input: 0.15, output: 0.6} for a million',
  })
  .refine(({ column, mode }) => column === undefined || mode === 'compare', {
    path: ['column'],
    message: "only mode 'compare' takes it",
  });

export type JudgeParameters = z.output<typeof judgeParameters>;
