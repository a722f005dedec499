import { z } from 'zod';
import { InputError } from '../../common/index.js';
import { isRecord, validate } from '../../config/index.js';
import type { RewardContext, RewardItem, RewardModel } from '../types.js';
import { type Keyed, keyOf } from './answers.js';
import type { Answer } from './cacheFile.js';
import { connect } from './connect.js';
import { MissingScores } from './missing.js';
import { remoteParameters } from './parameters.js';
import { refuseSecrets } from './secrets.js';
import { counted, whole } from './wording.js';

export const httpParameters = z.strictObject({
  ...remoteParameters,
  /** Where completions are posted. */
  url: z.string(),
  /** The environment variable whose value is sent as `Authorization: Bearer`. */
  keyEnv: z.string().optional(),
  /** Most completions in a request. */
  batch: z.number().int().min(1).default(16),
  /** The columns of the dataset row that are sent; default all. */
  columns: z.array(z.string()).optional(),
});

type Parameters = z.output<typeof httpParameters>;

/** A completion as it is sent. */
interface HttpItem {
  prompt: string;
  completion: string;
  messages?: RewardItem['messages'];
  row: Record<string, unknown>;
}

/**
 * Asks a server of yours for scores. The request is a POST of
 * `{"items": [{"prompt": ..., "completion": ..., "messages"?: [{"role", "content"}], "row": {...}}, ...]}`,
 * the answer `{"scores": [0.5, ...]}` or the list alone: a finite number for each item, in order, or `null` for one that
 * cannot be scored, which then gets the mean of the others in its batch.
 *
 * A request is tried again, with growing waits and as `Retry-After` asks, on HTTP 408, 409, 425, 429 and 5xx, when the
 * connection fails, when the answer takes too long, and when it is not as above. Items that are the same but for the
 * tokens are asked once.
 * @throws InputError on wrong parameters, and when a request fails for good.
 */
export function httpReward(given: unknown, context: RewardContext): RewardModel {
  const what = "the 'http' reward";
  refuseSecrets(given, what);
  const parameters = validate(httpParameters, given, what);
  const { url, keyEnv, batch, maxSkipped, headers } = parameters;
  const { client, answers } = connect(
    {
      ...parameters,
      url: new URL(url),
      keyEnv,
      keyNeeded: true,
      cache: parameters.cache,
      addressedBy: "'url'",
    },
    context,
  );
  const name = `http ${new URL(url).host}`;
  const missing = new MissingScores(name, maxSkipped);
  const ask = (items: readonly HttpItem[]) =>
    client.send({ body: { items }, read: (answer) => readScores(answer, items.length) });
  let scored = 0;
  return {
    name,
    async score(items) {
      const questions = items.map((item): Keyed<HttpItem> => {
        const question = sent(item, parameters);
        return { key: keyOf('http', url, headers, question), question };
      });
      const scores = await answers.get(questions, batch, ask);
      scored += items.length;
      return missing.fill(scores.map((score) => score ?? undefined));
    },
    async close() {
      if (scored === 0) return;
      const parts = [
        counted(scored, 'completion'),
        counted(client.sent, 'request'),
        `${counted(answers.cached, 'score')} from the cache`,
        `${whole(missing.missing)} without a score`,
      ];
      context.note?.(`${name}: ${parts.join(', ')}`);
    },
  };
}

function sent({ prompt, completion, messages, row }: RewardItem, { columns }: Parameters): HttpItem {
  return {
    prompt,
    completion,
    ...(messages ? { messages } : {}),
    row: columns ? chosen(row, columns) : { ...row },
  };
}

function chosen(row: RewardItem['row'], columns: readonly string[]): Record<string, unknown> {
  const absent = columns.find((column) => !Object.hasOwn(row, column));
  if (absent === undefined) return Object.fromEntries(columns.map((column) => [column, row[column]]));
  const there = Object.keys(row).join(', ') || 'none';
  throw new InputError(
    `the 'http' reward is to send the column '${absent}', which a prompt lacks (its columns: ${there})`,
  );
}

function readScores(answer: unknown, count: number): { value: Answer[] } | string {
  const scores: unknown = isRecord(answer) ? answer['scores'] : answer;
  if (!Array.isArray(scores)) return 'answers without a list of scores';
  if (scores.length !== count) return `answers with ${scores.length} scores for ${count} completions`;
  return scores.every(isScore) ? { value: scores } : 'answers with scores that are not all finite numbers';
}

/** Scores become single-precision numbers. */
function isScore(score: unknown): score is Answer {
  return score === null || (typeof score === 'number' && Number.isFinite(Math.fround(score)));
}
