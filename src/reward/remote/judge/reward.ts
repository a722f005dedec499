import { InputError } from '../../../common/index.js';
import type { RewardContext, RewardItem, RewardModel } from '../../types.js';
import { MissingScores } from '../missing.js';
import { counted, dollars, whole } from '../wording.js';
import { judgeOf, readJudgeParameters } from './openJudge.js';
import type { Judge, JudgePair } from './types.js';

/**
 * What a large model thinks of a completion, behind an OpenAI-compatible chat endpoint. With `mode: score` its score from 1
 * to 10, spread over [-1, 1]; with `compare` 1 for a completion that beats the text in a column of its row in both orders,
 * -1 for one that loses both, else 0.
 *
 * A completion without a verdict gets the mean of the others in its batch.
 * @throws InputError on wrong parameters; see {@link Judge} for what scoring throws.
 */
export function judgeReward(given: unknown, context: RewardContext): RewardModel {
  const parameters = readJudgeParameters(given);
  const { mode, column = 'reference', maxSkipped } = parameters;
  const judge = judgeOf(parameters, context);
  const missing = new MissingScores(judge.name, maxSkipped, () => judge.lastSkipped());
  let isFirst = true;
  return {
    name: judge.name,
    async score(items) {
      const pairs = mode === 'compare' ? items.map((item) => againstColumn(item, column)) : undefined;
      if (isFirst && items.length > 0) context.note?.(announcement(judge, pairs ?? items));
      isFirst &&= items.length === 0;
      const scores = pairs === undefined ? await judge.score(items) : await winsAndLosses(judge, pairs);
      return missing.fill(scores);
    },
    close: () => judge.close(),
  };
}

async function winsAndLosses(judge: Judge, pairs: readonly JudgePair[]): Promise<(number | undefined)[]> {
  const shares = await judge.compare(pairs);
  return shares.map((share) => (share === undefined ? undefined : 2 * share - 1));
}

function againstColumn({ prompt, messages, completion, row }: RewardItem, column: string): JudgePair {
  const other = row[column];
  if (typeof other === 'string')
    return { prompt, ...(messages ? { messages } : {}), a: completion, b: other };
  const columns = Object.keys(row).join(', ') || 'none';
  throw new InputError(
    `the 'judge' reward finds no text in column '${column}' of the prompt ${JSON.stringify(prompt)} (its columns: ${columns})`,
  );
}

/** What the first batch will take. */
function announcement(judge: Judge, work: readonly (RewardItem | JudgePair)[]): string {
  const { requests, inputTokens, outputTokens, usd } = judge.estimate(work);
  if (requests === 0)
    return `${judge.name}: the first ${counted(work.length, 'completion')} are in the cache`;
  const each = `about ${whole(inputTokens / requests)} tokens in and ${whole(outputTokens / requests)} out`;
  const price = usd === undefined ? '' : `, ${dollars(usd / requests)}`;
  const all = usd === undefined ? '' : `, ${dollars(usd)} in all`;
  return `${judge.name}: the first ${counted(work.length, 'completion')} take ${counted(requests, 'request')} of ${each}${price} each${all}`;
}
