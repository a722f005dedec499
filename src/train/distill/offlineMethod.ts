import { InputError } from '../../common/index.js';
import type { DistillConfig, TextRunConfig } from '../../config/index.js';
import type { RewardItem } from '../../reward/index.js';
import { rateSamples } from './ratedCompletions.js';
import { writeScored } from './scored.js';
import type { Stage } from './stage.js';
import { fileOf, type Teacher } from './teacher.js';
import { winShares } from './winShares.js';

/** What an offline student learns from. */
export interface OfflineData {
  /** The file of scored completions. */
  completions: string;
  /** Completions that are left out: the teacher said nothing of them, or they have no tokens or too many. */
  unrated: number;
}

type OfflineConfig = TextRunConfig & { distill: Extract<DistillConfig, { method: 'offline' }> };

/** The teacher's file, or a new one of completions that it has scored. */
export async function prepareOffline(
  config: OfflineConfig,
  teacher: Teacher | undefined,
  out: string,
  stage: Stage,
): Promise<OfflineData> {
  const { distill, agent } = config;
  if (agent.target.type !== 'ilql') {
    throw new InputError(
      `distill.method offline learns by agent.target.type ilql, not ${agent.target.type}: set that, or take another method`,
    );
  }
  if (!teacher) return { completions: fileOf(distill.teacher), unrated: 0 };
  const { items, ratings } = await rateSamples(config, teacher, distill, out, stage);
  // Of no tokens there is nothing to learn, and read again, a text may have more of them than were generated.
  const usable = ({ tokens }: RewardItem) => tokens.length > 0 && tokens.length <= config.env.maxNewTokens;
  const scores = winShares(ratings, distill.samples).map((share, i) =>
    share !== undefined && usable(items[i]) ? 2 * share - 1 : undefined,
  );
  const { path, unrated } = writeScored(out, { items, ratings: scores });
  return { completions: path, unrated };
}
