import type { TextRunConfig } from '../../config/index.js';
import { loadPrompts, type PromptRow, splitPrompts } from '../../data/index.js';
import type { Lm } from '../../lm/index.js';
import { createReward, type RewardModel } from '../../reward/index.js';
import { openConfiguredLm, type TextPrompt, type TextTask, tokenizePrompts } from '../../sample/index.js';
import type { Watch } from '../observer.js';

/** Prompts by what they are for. No text stands in two of them. */
export interface PromptSets {
  train: PromptRow[];
  /** Training prompts kept aside: the sampling beta is calibrated on them. */
  calibration: PromptRow[];
  eval: PromptRow[];
}

/** Reads and splits the prompts of a configuration. */
export function loadPromptSets(config: TextRunConfig): PromptSets {
  const { data, env, seed } = config;
  const rows = loadPrompts(data.prompts, env.turns);
  // Named twice on purpose: a small set of prompts that is evaluated as a whole.
  if (data.evalPrompts === data.prompts) return { train: rows, calibration: rows, eval: rows };
  const evalRows = data.evalPrompts === undefined ? undefined : loadPrompts(data.evalPrompts, env.turns);
  const split = splitPrompts(rows, { evalSize: data.evalSize, seed, ...(evalRows ? { evalRows } : {}) });
  const distinct = new Set(split.train.map(({ prompt }) => prompt)).size;
  const aside = Math.min(data.calibrationSize, Math.floor(distinct / 4));
  // With too few prompts to keep any aside, the beta is calibrated on those that train.
  if (aside === 0) return { ...split, calibration: split.train };
  const { train, eval: calibration } = splitPrompts(split.train, { evalSize: aside, seed });
  return { train, calibration, eval: split.eval };
}

/** The task of a configuration with its prompts tokenised. Close `task.lm` when done. */
export interface OpenTask {
  task: TextTask;
  train: TextPrompt[];
  calibration: TextPrompt[];
  eval: TextPrompt[];
}

/** Reads the small things first, so that a mistake in them is told before a model is opened. */
export async function openTask(config: TextRunConfig, watch: Watch): Promise<OpenTask> {
  const sets = loadPromptSets(config);
  const reward = await openReward(config);
  const lm = await openTrainingLm(config, watch);
  try {
    const tokenize = (rows: PromptRow[], file: string) =>
      tokenizePrompts(lm, rows, config.env.maxNewTokens, file, config.env.turns);
    const { prompts, evalPrompts } = config.data;
    return {
      task: { lm, reward, env: config.env, seed: config.seed },
      train: tokenize(sets.train, prompts),
      calibration: tokenize(sets.calibration, prompts),
      eval: tokenize(sets.eval, evalPrompts ?? prompts),
    };
  } catch (error) {
    await lm.close();
    throw error;
  }
}

/** The reward of a configuration. */
export function openReward(config: TextRunConfig): Promise<RewardModel> {
  return createReward(config.reward, { baseDirectory: process.cwd() });
}

/** The language model for training; `sync` mode pins one thread unless the configuration says otherwise. */
function openTrainingLm({ lm, train }: TextRunConfig, { observer, signal }: Watch): Promise<Lm> {
  return openConfiguredLm(train.mode === 'sync' ? { ...lm, threads: lm.threads ?? 1 } : lm, {
    onDownload: (progress) => observer.onDownload?.(progress),
    ...(signal ? { signal } : {}),
  });
}
