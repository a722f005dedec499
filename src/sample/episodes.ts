import type { TextEnvConfig } from '../config/index.js';
import {
  type Actor,
  choose,
  type DialogueOptions,
  dialogue,
  type RolloutOptions,
  rollout,
  type TextEpisode,
} from '../env/index.js';
import { completionTokens, type Lm } from '../lm/index.js';
import { completionText } from './answers.js';
import type { TextPrompt } from './prompts.js';

/** How episodes of a text environment are made. */
export type TextEpisodeOptions = Pick<
  RolloutOptions,
  'samples' | 'seed' | 'purpose' | 'iteration' | 'processLogits' | 'recorded' | 'onToken' | 'signal'
> &
  Pick<DialogueOptions, 'onFollowUp'>;

/** Most steps of an episode that is not a choice: the horizon of its trajectory. */
export function longestEpisode({ turns = 1, maxNewTokens }: Pick<TextEnvConfig, 'turns' | 'maxNewTokens'>) {
  return turns * maxNewTokens;
}

/** Generates `samples` completions of every prompt, token by token, as a dialogue, or as a choice among the environment's actions. */
export function generateEpisodes(
  lm: Lm,
  prompts: readonly TextPrompt[],
  actor: Actor,
  env: TextEnvConfig,
  options: TextEpisodeOptions,
): Promise<TextEpisode[]> {
  const { actions, temperature, maxNewTokens, topK, stop, turns } = env;
  const tokens = prompts.map((prompt) => prompt.tokens);
  const shared = { ...options, temperature, promptIds: prompts.map(({ id }) => id) };
  if (turns !== undefined) {
    const scripts = prompts.map(({ text, messages = [{ role: 'user', content: text }], followUps = [] }) => ({
      messages,
      followUps,
    }));
    const answerText = (some: readonly number[]) => completionText(lm, some, stop);
    return dialogue(lm, scripts, actor, { ...shared, turns, maxNewTokens, topK, stop, answerText });
  }
  if (!actions) return rollout(lm, tokens, actor, { ...shared, maxNewTokens, topK, stop });
  return choose(lm, tokens, actor, {
    ...shared,
    actions: prompts.map((prompt) =>
      actions.map((action) => completionTokens(lm, prompt, spaced(prompt, action))),
    ),
  });
}

/** An action's text as it stands after a prompt's. */
function spaced({ text, messages }: TextPrompt, action: string): string {
  return messages || /\s$/.test(text) ? action : ` ${action}`;
}
