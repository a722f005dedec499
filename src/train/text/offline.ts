import { createActor } from '../../agent/index.js';
import { InputError } from '../../common/index.js';
import type { TextEnvConfig } from '../../config/index.js';
import { loadCompletions, type ScoredCompletion } from '../../data/index.js';
import { rollout } from '../../env/index.js';
import { completionTokens, type Lm } from '../../lm/index.js';
import { type TextPrompt, type TextTask, tokenizePrompts } from '../../sample/index.js';
import type { Watch } from '../observer.js';
import type { Batch } from '../workload.js';
import { toTrajectory } from './collect.js';

/** Completions that are followed at once. */
const BATCH = 256;

/**
 * Follows a file's scored completions through the language model, as if it had generated them: a batch for the replay.
 * The policy that wrote them is not known; the base policy stands for it.
 * @throws InputError for a completion that is too long for the environment.
 */
export async function readCompletions(
  task: TextTask,
  file: string,
  { observer, signal }: Watch,
): Promise<Batch> {
  const { lm, env, seed } = task;
  if (env.actions) {
    throw new InputError(
      'data.completions has no use with env.actions, where an episode is one choice: leave one out',
    );
  }
  if (env.turns !== undefined) {
    throw new InputError(
      'data.completions has no use with env.turns: a completion of a conversation is one answer; leave one out',
    );
  }
  const rows = loadCompletions(file);
  const prompts = tokenizePrompts(lm, rows, env.maxNewTokens, file);
  const given = rows.map((row, i) => givenTokens(lm, prompts[i], row, env, file));
  observer.note?.(`following ${rows.length.toLocaleString('en')} completions of ${file}`);
  const reference = createActor(undefined, { type: 'reference' });
  const batch: Batch = {
    trajectories: [],
    played: 0,
    reward: rows.reduce((sum, { reward }) => sum + reward, 0) / rows.length,
    kl: 0,
    metrics: {},
    samples: [],
    after: undefined,
  };
  for (let start = 0; start < rows.length; start += BATCH) {
    const end = Math.min(start + BATCH, rows.length);
    const episodes = await rollout(
      lm,
      prompts.slice(start, end).map(({ tokens }) => tokens),
      reference,
      {
        ...{ samples: 1, purpose: 'offline', iteration: 0, seed },
        given: given.slice(start, end),
        maxNewTokens: env.maxNewTokens,
        topK: env.topK,
        temperature: env.temperature,
        ...(signal ? { signal } : {}),
      },
    );
    episodes.forEach((episode, i) => {
      const { reward } = rows[start + i];
      // Of no group: nothing was sampled from one prompt side by side.
      const numbered = { ...episode, prompt: start + i };
      batch.trajectories.push(toTrajectory({ episode: numbered, rewards: [reward] }, env.maxNewTokens, 0));
    });
  }
  return batch;
}

/** A completion's tokens, with the end-of-sequence token where there is room for one. */
function givenTokens(
  lm: Lm,
  prompt: TextPrompt,
  { completion, line }: ScoredCompletion,
  { maxNewTokens }: TextEnvConfig,
  file: string,
): number[] {
  const tokens = completionTokens(lm, prompt, completion);
  if (tokens.length === 0) throw new InputError(`${file}:${line}: the completion has no tokens`);
  if (tokens.length > maxNewTokens) {
    throw new InputError(
      `${file}:${line}: the completion has ${tokens.length} tokens, more than env.maxNewTokens ${maxNewTokens}: raise ` +
        'that or shorten it',
    );
  }
  const { eosTokenIds, endOfTurnTokenIds } = lm.info;
  const [end] = prompt.messages ? [...endOfTurnTokenIds, ...eosTokenIds] : eosTokenIds;
  return end === undefined || tokens.length === maxNewTokens ? tokens : [...tokens, end];
}
