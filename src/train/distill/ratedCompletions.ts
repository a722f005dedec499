import { join } from 'node:path';
import type { TextRunConfig } from '../../config/index.js';
import type { RewardItem } from '../../reward/index.js';
import { tokenizePrompts } from '../../sample/index.js';
import { loadPromptSets } from '../text/setup.js';
import { sampleCompletions } from './completions.js';
import { COMPLETIONS, RATINGS } from './files.js';
import { rateCompletions } from './ratings.js';
import type { Stage } from './stage.js';
import type { Teacher } from './teacher.js';

/** What a teacher says of a completion: higher is better, undefined where it says nothing. */
export type Rating = number | undefined;

/** What a teacher is shown. */
export interface Shown {
  samples: number;
  prompts?: number | undefined;
}

/** Completions of the training prompts, `samples` each, side by side, with what the teacher says of them. */
export interface Rated {
  items: RewardItem[];
  ratings: Rating[];
}

/** Samples completions of the training prompts from the language model as it is, and has the teacher rate them. */
export async function rateSamples(
  config: TextRunConfig,
  teacher: Teacher,
  { samples, prompts: most }: Shown,
  out: string,
  stage: Stage,
): Promise<Rated> {
  const { data, env } = config;
  const rows = loadPromptSets(config).train.slice(0, most);
  const lm = await stage.pool.open(stage.pool.own);
  try {
    const prompts = tokenizePrompts(lm, rows, env.maxNewTokens, data.prompts);
    const items = await sampleCompletions(join(out, COMPLETIONS), lm, prompts, samples, config, stage);
    return { items, ratings: await rateCompletions(join(out, RATINGS), teacher, items, samples, stage) };
  } finally {
    await lm.close();
  }
}
