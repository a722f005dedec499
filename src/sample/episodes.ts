import type { TextEnvConfig } from '../config/index.js';
import { type Actor, choose, type RolloutOptions, rollout, type TextEpisode } from '../env/index.js';
import type { Lm } from '../lm/index.js';
import { completionTokens, type TextPrompt } from './prompts.js';
import { cutAtStop } from './stopTexts.js';

/** How episodes of a text environment are made. */
export type TextEpisodeOptions = Pick<
  RolloutOptions,
  'samples' | 'seed' | 'purpose' | 'iteration' | 'onToken' | 'signal'
>;

/** Generates `samples` completions of every prompt, token by token or as a choice among the environment's actions. */
export function generateEpisodes(
  lm: Lm,
  prompts: readonly TextPrompt[],
  actor: Actor,
  env: TextEnvConfig,
  options: TextEpisodeOptions,
): Promise<TextEpisode[]> {
  const { actions, temperature, maxNewTokens, topK, stop } = env;
  const tokens = prompts.map((prompt) => prompt.tokens);
  const shared = { ...options, temperature, promptIds: prompts.map(({ id }) => id) };
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

/** The text of an episode: up to the first stop text, or the action chosen. */
export function episodeText(lm: Lm, env: TextEnvConfig, { tokens, candidates, taken }: TextEpisode): string {
  return env.actions?.[candidates[taken[0]]] ?? completionText(lm, tokens, env.stop);
}

/** The text of generated tokens, up to the first stop text. */
export function completionText(lm: Lm, tokens: readonly number[], stop: readonly string[]): string {
  return cutAtStop(lm.tokenizer.decode(tokens), stop).text;
}
