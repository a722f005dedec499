import type { TextRunConfig } from '../../config/index.js';
import { loadPrompts, type PromptRow, splitPrompts } from '../../data/index.js';
import type { Lm } from '../../lm/index.js';
import { createReward, type RewardContext, type RewardModel } from '../../reward/index.js';
import { LmPool, type TextPrompt, type TextTask, tokenizePrompts } from '../../sample/index.js';
import type { Watch } from '../observer.js';
import { openTeacher, type Teacher } from './teacher.js';

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

/** The task of a configuration with its prompts tokenised. */
export interface OpenTask {
  task: TextTask;
  train: TextPrompt[];
  calibration: TextPrompt[];
  eval: TextPrompt[];
  /** The larger model that the student follows, where there is one. */
  teacher: Teacher | undefined;
  /** Closes the language models and the reward. */
  close(): Promise<void>;
}

/** Reads the small things first, so that a mistake in them is told before a model is opened. */
export async function openTask(config: TextRunConfig, watch: Watch): Promise<OpenTask> {
  const sets = loadPromptSets(config);
  const pool = trainingPool(config, watch);
  const reward = await openReward(config, pool, watch);
  let lm: Lm | undefined;
  let teacher: Teacher | undefined;
  const close = async () => {
    try {
      await reward.close?.();
    } finally {
      await teacher?.close();
      await lm?.close();
    }
  };
  try {
    const opened = await pool.open(pool.own);
    lm = opened;
    teacher = await openTeacher(config, lm, pool);
    const tokenize = (rows: PromptRow[], file: string) =>
      tokenizePrompts(opened, rows, config.env.maxNewTokens, file, config.env.turns);
    const { prompts, evalPrompts } = config.data;
    return {
      task: { lm, reward, env: config.env, seed: config.seed },
      train: tokenize(sets.train, prompts),
      calibration: tokenize(sets.calibration, prompts),
      eval: tokenize(sets.eval, evalPrompts ?? prompts),
      teacher,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The reward of a configuration; close it when done. */
export function openReward({ reward }: TextRunConfig, pool: LmPool, watch: Watch): Promise<RewardModel> {
  return createReward(reward, rewardContext(pool, watch));
}

/** What the rewards of a run are made with. */
export function rewardContext(pool: LmPool, { observer, signal }: Watch): RewardContext {
  return {
    baseDirectory: process.cwd(),
    lm: pool.own,
    openLm: (choice) => pool.open(choice),
    note: (line) => observer.note?.(line),
    onDownload: (progress) => observer.onDownload?.(progress),
    ...(signal ? { signal } : {}),
  };
}

/** The language models of a run; `sync` mode pins one thread unless the configuration says otherwise. */
export function trainingPool({ lm, train }: TextRunConfig, { observer, signal }: Watch): LmPool {
  const sync = train.mode === 'sync';
  return new LmPool(sync ? { ...lm, threads: lm.threads ?? 1 } : lm, {
    onDownload: (progress) => observer.onDownload?.(progress),
    ...(signal ? { signal } : {}),
    ...(sync ? { threads: 1 } : {}),
  });
}
