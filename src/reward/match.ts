import { z } from 'zod';
import { InputError } from '../common/index.js';
import type { RewardItem, RewardModel } from './types.js';

export const matchParameters = z.strictObject({
  /** The column of the dataset row that holds the right completion: a text, or a list of texts that are all right. */
  column: z.string().min(1),
});

/** 1 for a completion that is what a column of its row says, but for case and the white space around it; else 0. */
export function matchReward({ column }: z.output<typeof matchParameters>): RewardModel {
  return {
    name: 'match',
    score: (batch) =>
      batch.map((item) => (rightTexts(item, column).includes(plain(item.completion)) ? 1 : 0)),
  };
}

function rightTexts({ row, prompt }: RewardItem, column: string): string[] {
  const right = row[column];
  const texts = Array.isArray(right) ? right : [right];
  if (texts.every((text) => typeof text === 'string')) return texts.map(plain);
  const columns = Object.keys(row).join(', ') || 'none';
  throw new InputError(
    `the 'match' reward finds no text in column '${column}' of the prompt ${JSON.stringify(prompt)} (its columns: ${columns})`,
  );
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
