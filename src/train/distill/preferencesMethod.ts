import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileWhole } from '../../common/index.js';
import type { DistillConfig, TextRunConfig } from '../../config/index.js';
import { describeSkips, loadPreferences, type PreferencePair } from '../../data/index.js';
import { readRewardReport, trainReward } from '../rewardModel/index.js';
import { PAIRS, REWARD_MODEL } from './files.js';
import { rateSamples } from './ratedCompletions.js';
import { type ScoredFile, writeScored } from './scored.js';
import type { Stage } from './stage.js';
import { fileOf, type Teacher } from './teacher.js';

/** What was learned of a teacher's preferences. */
export interface PreferencesLearned {
  /** The reward model's directory. */
  rewardModel: string;
  /** Pairs that it was trained and tested on. */
  pairs: number;
  /** Comparisons that made no pair. */
  skipped: number;
  /** Completions that the teacher said nothing of. */
  unrated: number;
  /** How often the reward model agrees with the teacher about held-out pairs. */
  accuracy: number;
}

type PreferencesConfig = TextRunConfig & { distill: Extract<DistillConfig, { method: 'preferences' }> };

/** Gathers a teacher's preferences as pairs, and trains a reward model on them. */
export async function learnPreferences(
  config: PreferencesConfig,
  teacher: Teacher | undefined,
  out: string,
  stage: Stage,
): Promise<PreferencesLearned> {
  const { minMargin, heldOut, rewardModel } = config.distill;
  const { path, unrated } = await preferencesFile(config, teacher, out, stage);
  const { pairs, skipped } = await loadPreferences(path, { minMargin });
  if (skipped.length > 0) stage.observer.note?.(`no pair: ${describeSkips(skipped)}`);
  if (teacher) writeFileWhole(join(out, PAIRS), pairs.map(lineOf).join(''));
  const model = join(out, REWARD_MODEL);
  if (!existsSync(model)) {
    await trainReward({
      pairs,
      heldOut,
      lm: stage.pool.own,
      out: model,
      seed: config.seed,
      ...rewardModel,
      observer: stage.observer,
      ...(stage.signal ? { signal: stage.signal } : {}),
    });
  }
  const { accuracy } = readRewardReport(model);
  return { rewardModel: model, pairs: pairs.length, skipped: skipped.length, unrated, accuracy };
}

/** The teacher's file, or a new one of completions that it has rated. */
async function preferencesFile(
  config: PreferencesConfig,
  teacher: Teacher | undefined,
  out: string,
  stage: Stage,
): Promise<ScoredFile> {
  const { distill } = config;
  if (!teacher) return { path: fileOf(distill.teacher), unrated: 0 };
  return writeScored(out, await rateSamples(config, teacher, distill, out, stage));
}

/** A pair in TRL's form. */
function lineOf({ prompt, messages, chosen, rejected, margin, row }: PreferencePair): string {
  const answer = (content: string) => (messages ? [{ role: 'assistant', content }] : content);
  const pair = { ...row, prompt: messages ?? prompt, chosen: answer(chosen), rejected: answer(rejected) };
  return `${JSON.stringify({ ...pair, ...(margin === undefined ? {} : { margin }) })}\n`;
}
