import { createActor, denseRows, type HeadRuntime, rowScaleOf } from '../../agent/index.js';
import { Interrupted } from '../../common/index.js';
import type { TextRunConfig } from '../../config/index.js';
import type { Actor } from '../../env/index.js';
import { mean, scorePolicy } from '../../eval/index.js';
import type { Lm } from '../../lm/index.js';
import { longestEpisode } from '../../sample/index.js';
import type { TrainObserver, Watch } from '../observer.js';
import type { RunDirectory } from '../runDirectory.js';
import { isWatched } from '../watchRun.js';
import type { Batch, Ending, Evaluated, Finished, Workload } from '../workload.js';
import { promptBatch } from './batches.js';
import { calibrate } from './calibrate.js';
import { collect } from './collect.js';
import { evaluateRun } from './evaluateRun.js';
import { readCompletions } from './offline.js';
import { type OpenTask, openTask } from './setup.js';

/** Largest KL, in nats per action, of a policy that is the base policy but for rounding. */
const AT_BASE = 1e-3;

/** Opens what a run on text trains on: online, or offline where the configuration names scored completions. */
export async function openTextWorkload(config: TextRunConfig, watch: Watch): Promise<Workload> {
  const opened = await openTask(config, watch);
  const { lm } = opened.task;
  try {
    const { actions, topK } = config.env;
    const rows = actions ? denseRows(actions.length) : lm.headRows();
    const { stateSize, hiddenSize } = lm.info;
    const batches = await batchesOf(config, opened, watch);
    return {
      unit: 'tokens',
      playedPerStep: batches.episodes * (actions ? meanLength(lm, actions) : longestEpisode(config.env)),
      space: actions
        ? { tokens: false, stateSize, actionSize: actions.length, rowScale: 1 }
        : { tokens: true, stateSize, actionSize: hiddenSize, rowScale: await rowScaleOf(rows, hiddenSize) },
      rows,
      candidates: actions?.length ?? Math.min(topK, lm.info.vocabSize),
      warnings: lm.info.warnings,
      baseline: () => baseline(config, opened, watch),
      collect: batches.collect,
      evaluate: (actor) => evaluated(config, opened, actor),
      restore: async () => {},
      finish: (run, ending) => finish(run, ending, config, opened, watch),
      close: () => opened.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Mean tokens of some texts. */
function meanLength({ tokenizer }: Lm, texts: readonly string[]): number {
  return Math.round(mean(texts.map((text) => tokenizer.encode(text).length)));
}

/** Where a step's episodes come from. */
interface Batches {
  /** Episodes that a step generates. */
  episodes: number;
  collect(step: number, actor: Actor): Promise<Batch>;
}

async function batchesOf(
  config: TextRunConfig,
  opened: OpenTask,
  { observer, signal }: Watch,
): Promise<Batches> {
  if (config.data.completions !== undefined) {
    const all = await readCompletions(opened.task, config.data.completions, { observer, signal });
    warnOfLoss(all, config, observer);
    // The first step brings all there is; the replay keeps it.
    return {
      episodes: 0,
      collect: async (step) => {
        if (signal?.aborted) throw new Interrupted('stopped');
        return step === 0 ? all : { ...all, trajectories: [] };
      },
    };
  }
  const { promptsPerStep, samplesPerPrompt: samples } = config.train;
  const { task, train: prompts } = opened;
  return {
    episodes: promptsPerStep * samples,
    collect: async (step, actor) => {
      const some = promptBatch(config.seed, step, promptsPerStep, prompts.length).map((i) => prompts[i]);
      const options = { samples, purpose: 'train', iteration: step, signal };
      const shown = { ...options, onTokens: (count: number) => observer.played?.(count) };
      const batch = await collect(task, some, actor, shown, opened.teacher);
      const compares = step === 0 && isWatched(config) && batch.kl > AT_BASE;
      return compares ? withBase(batch, await collect(task, some, reference(), options)) : batch;
    },
  };
}

/** A first step with what the base policy does in its place, for the watch to compare the later ones with. */
function withBase(batch: Batch, { reward, metrics }: Batch): Batch {
  const { rewardError, distinct2, perplexity, phrase } = metrics;
  return {
    ...batch,
    metrics: { ...batch.metrics, base: { reward, rewardError, distinct2, perplexity, phrase } },
  };
}

function reference(): Actor {
  return createActor(undefined, { type: 'reference' });
}

/** Tells when the replay cannot keep all that was read. */
function warnOfLoss({ trajectories }: Batch, { data, replay }: TextRunConfig, observer: TrainObserver): void {
  const steps = trajectories.reduce((sum, { length }) => sum + length, 0);
  if (steps <= replay.capacity) return;
  observer.warning?.(
    `the completions of ${data.completions} have ${steps.toLocaleString('en')} tokens, of which the replay keeps the ` +
      `last ${replay.capacity.toLocaleString('en')}: raise replay.capacity to learn from all`,
  );
}

async function baseline(config: TextRunConfig, opened: OpenTask, watch: Watch): Promise<Evaluated> {
  const { observer, signal } = watch;
  observer.phase?.('baseline', opened.eval.length * config.train.evalSamples * longestEpisode(config.env));
  const onTokens = (count: number) => observer.played?.(count);
  return evaluated(config, opened, reference(), { onTokens, signal });
}

async function evaluated(
  config: TextRunConfig,
  { task, eval: prompts }: OpenTask,
  actor: Actor,
  more: { onTokens?: (count: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<Evaluated> {
  const scores = await scorePolicy(task, prompts, actor, { samples: config.train.evalSamples, ...more });
  return { reward: mean(scores.rewards.flat()), kl: scores.klPerToken };
}

/** Calibrates the sampling beta, evaluates, and writes `policy.json` and the report. */
async function finish(
  run: RunDirectory,
  { runtime, step }: Ending,
  config: TextRunConfig,
  opened: OpenTask,
  watch: Watch,
): Promise<Finished> {
  const { task, calibration, eval: prompts } = opened;
  const actorAt = guidedBy(runtime);
  const { beta, kl } = await calibrate(task, calibration, actorAt, config, watch);
  run.write('policy.json', `${JSON.stringify({ beta, kl, step }, null, 2)}\n`);
  const { tuned } = await evaluateRun(run.path, task, prompts, actorAt, {
    config,
    betas: [beta],
    calibratedBeta: beta,
    ...watch,
  });
  return { reward: tuned[0].reward.mean, klPerToken: tuned[0].klPerToken, beta };
}

function guidedBy(runtime: HeadRuntime): (beta: number) => Actor {
  return (beta) => createActor(runtime, { type: 'guided', beta });
}
