import { z } from 'zod';

export { LineFile } from '../../common/index.js';

const message = z.object({ role: z.string(), content: z.string() });

const completionRow = z.looseObject({
  prompt: z.union([z.string(), z.array(message)]),
  completion: z.string(),
});

const rating = z.number().nullable();

const ratings = z.strictObject({ prompt: z.number().int(), ratings: z.array(rating) });

/** A line of `completions.jsonl`. */
export type CompletionRow = z.output<typeof completionRow>;

/** A line of `ratings.jsonl`: what the teacher says of a prompt's completions; null where it says nothing. */
export type RatingsRow = z.output<typeof ratings>;

export const parseCompletion = (value: unknown): CompletionRow => completionRow.parse(value);
export const parseRatings = (value: unknown): RatingsRow => ratings.parse(value);
