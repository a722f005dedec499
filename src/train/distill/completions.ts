import type { TextRunConfig } from '../../config/index.js';
import { completionTokens, type Lm } from '../../lm/index.js';
import type { RewardItem } from '../../reward/index.js';
import { sampleLm, type TextPrompt } from '../../sample/index.js';
import type { Watch } from '../observer.js';
import { type CompletionRow, LineFile, parseCompletion } from './lines.js';

/** Prompts whose completions are written at once. */
const BATCH = 32;

/**
 * The language model's completions of some prompts, `samples` each, those of a prompt side by side: what is in the file
 * already is taken from it, and the rest is generated and added. A prompt's completions depend on neither.
 */
export async function sampleCompletions(
  path: string,
  lm: Lm,
  prompts: readonly TextPrompt[],
  samples: number,
  { env, seed }: TextRunConfig,
  { observer, signal }: Watch,
): Promise<RewardItem[]> {
  const file = LineFile.open(path, parseCompletion);
  const { maxNewTokens, temperature, topK, stop } = env;
  // Whole prompts are written at once, but for a disk that was full.
  const first = Math.floor(file.lines.length / samples);
  observer.phase?.('sampling', (prompts.length - first) * samples * maxNewTokens);
  for (let start = first; start < prompts.length; start += BATCH) {
    const some = prompts.slice(start, start + BATCH);
    const completed = await sampleLm(lm, some, {
      n: samples,
      ...{ maxNewTokens, temperature, topK, stop, seed },
      ...(signal ? { signal } : {}),
    });
    const rows = completed.map(({ completion }, i) => rowOf(some[Math.floor(i / samples)], completion));
    file.append(rows.slice(file.lines.length - start * samples));
    observer.played?.(completed.reduce((sum, { tokens }) => sum + tokens, 0));
  }
  return prompts.flatMap((prompt, i) =>
    file.lines.slice(i * samples, (i + 1) * samples).map(({ completion }) => itemOf(lm, prompt, completion)),
  );
}

function rowOf({ text, messages, row }: TextPrompt, completion: string): CompletionRow {
  return { ...row, prompt: messages ? [...messages] : text, completion };
}

/** A completion as a reward sees it. */
export function itemOf(lm: Lm, prompt: TextPrompt, completion: string): RewardItem {
  const { text, messages, row } = prompt;
  const tokens = completionTokens(lm, prompt, completion);
  return { prompt: text, completion, tokens, row, ...(messages ? { messages } : {}) };
}
