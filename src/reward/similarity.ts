import { z } from 'zod';
import { InputError } from '../common/index.js';
import { bleu } from './similarity/bleu.js';
import { chrf } from './similarity/chrf.js';
import { exact } from './similarity/exact.js';
import { rougeL } from './similarity/rougeL.js';
import type { RewardItem, RewardModel } from './types.js';

const wordOrder = z.number().int().min(0).max(6);
const onlyFor = (measure: string) => z.undefined(`only measure '${measure}' takes it`).optional();
const shared = {
  /** The column of the dataset row that holds the reference: a text, or a list of texts that are all good. */
  column: z.string().min(1).default('reference'),
  wordOrder: onlyFor('chrf'),
  ignoreCase: onlyFor('exact'),
};

/** What to compare by: `chrf` unless told otherwise. */
export const similarityParameters = z.discriminatedUnion('measure', [
  z.strictObject({
    ...shared,
    measure: z.literal('chrf').optional().default('chrf'),
    /** Orders of word n-grams that count besides those of characters: 0 is chrF, 2 is chrF++. */
    wordOrder: wordOrder.default(0),
  }),
  z.strictObject({ ...shared, measure: z.literal('bleu') }),
  z.strictObject({ ...shared, measure: z.literal('rouge-l') }),
  z.strictObject({ ...shared, measure: z.literal('exact'), ignoreCase: z.boolean().default(false) }),
]);

type Parameters = z.output<typeof similarityParameters>;

/**
 * How near a completion is to a column of its row, in [0, 1]: by character n-grams (`chrf`), word n-grams (`bleu`), common
 * word order (`rouge-l`), or not at all unless it is the same (`exact`). A completion without words scores 0, but for `exact`.
 */
export function similarityReward(parameters: Parameters): RewardModel {
  const { column } = parameters;
  const compare = comparison(parameters);
  return {
    name: parameters.measure === 'chrf' ? `chrf${'+'.repeat(parameters.wordOrder)}` : parameters.measure,
    score: (batch) => batch.map((item) => compare(item.completion, referencesOf(item, column))),
  };
}

function comparison(parameters: Parameters): (text: string, references: readonly string[]) => number {
  switch (parameters.measure) {
    case 'chrf':
      return (text, references) => chrf(text, references, parameters.wordOrder);
    case 'bleu':
      return bleu;
    case 'rouge-l':
      return rougeL;
    case 'exact':
      return (text, references) => exact(text, references, parameters.ignoreCase);
  }
}

function referencesOf({ row, prompt }: RewardItem, column: string): string[] {
  const given = row[column];
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string')) return texts;
  const columns = Object.keys(row).join(', ') || 'none';
  throw new InputError(
    `the 'similarity' reward finds no text in column '${column}' of the prompt ${JSON.stringify(prompt)} (its columns: ${columns})`,
  );
}
