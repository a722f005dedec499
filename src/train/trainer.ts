import {
  createActor,
  HeadRuntime,
  type HeadSpec,
  type HeadTensors,
  type Learner,
  type LearnReport,
  learningRateScale,
  policyAt,
  type ResolvedPolicy,
  steerBeta,
  withoutExploration,
} from '../agent/index.js';
import type { RunConfig } from '../config/index.js';
import type { StepMetrics } from '../eval/index.js';
import { reasonToStop, type TrainCallback } from './callbacks.js';
import { type Progress, saveCheckpoint } from './checkpoint.js';
import { METRICS, SAMPLES, scalarsOf } from './metrics.js';
import type { TrainObserver } from './observer.js';
import type { RunDirectory } from './runDirectory.js';
import type { EventWriter } from './tensorboard.js';
import type { Batch, Evaluated, Workload } from './workload.js';

/** Everything that the training loop works with. */
export interface TrainerParts {
  config: RunConfig;
  workload: Workload;
  learner: Learner;
  spec: HeadSpec;
  run: RunDirectory;
  events: EventWriter;
  observer: TrainObserver;
  callbacks: readonly TrainCallback[];
  /** Pause after this step; default: the last. */
  until: number;
}

/** A batch, and the policy that played it. */
interface Collected {
  batch: Batch;
  policy: ResolvedPolicy;
}

/** What a training came to. */
export interface TrainedHead {
  head: HeadTensors;
  /** Why a callback ended it early. */
  stopped?: string;
}

/**
 * The online loop: play a batch of episodes with the current policy and learn from it. In `async` mode the next batch is
 * played while the learner works, so its policy is one step old.
 */
export class Trainer {
  private runtime: HeadRuntime | undefined;
  private readonly startedAt = performance.now();
  /** When the newest step ended, with its evaluation and checkpoint, ms: the next one began then. */
  private stepEndedAt = this.startedAt;
  private readonly secondsBefore: number;

  constructor(
    private readonly parts: TrainerParts,
    private head: HeadTensors,
    private readonly progress: Progress,
  ) {
    this.secondsBefore = progress.seconds;
  }

  /**
   * Runs to the last step, to `until`, or to where a callback stops it.
   * @throws Interrupted when the signal aborts; the steps before are saved.
   */
  async run(): Promise<TrainedHead> {
    const { config, learner, until } = this.parts;
    const { steps, mode } = config.train;
    await this.useHead(this.head);
    let collected = this.progress.step < until ? await this.collectOrSave(this.progress.step) : undefined;
    while (collected) {
      const { batch, policy } = collected;
      const step = this.progress.step;
      const more = step + 1 < until;
      const [learned, ahead] = await Promise.allSettled([
        learner.learn(batch.trajectories, step, {
          rate: learningRateScale(config.agent.lrSchedule, step, steps),
          progress: step / steps,
          policy,
        }),
        mode === 'async' && more ? this.collect(step + 1) : undefined,
      ]);
      if (learned.status === 'rejected') throw learned.reason;
      await this.useHead(learned.value.head);
      const stopped = await this.finishStep(collected, learned.value);
      if (stopped !== undefined) return { head: this.head, stopped };
      if (ahead.status === 'rejected') return this.saveAndThrow(ahead.reason);
      collected = more ? (ahead.value ?? (await this.collectOrSave(step + 1))) : undefined;
    }
    return { head: this.head };
  }

  /** For when the learner is at rest, so that what fails here can be saved before. */
  private collectOrSave(step: number): Promise<Collected> {
    return this.collect(step).catch((error: unknown) => this.saveAndThrow(error));
  }

  /** Keeps the steps since the last checkpoint when the next batch fails or is interrupted. */
  private async saveAndThrow(error: unknown): Promise<never> {
    if (this.progress.step > 0) await this.saveUnlessSaved();
    throw error;
  }

  private async collect(step: number): Promise<Collected> {
    const { config, workload } = this.parts;
    const policy = policyAt(config.policy, step / config.train.steps, this.progress.beta);
    return { batch: await workload.collect(step, createActor(this.headRuntime(), policy)), policy };
  }

  /** @returns Why the training ends here, if a callback wants that. */
  private async finishStep({ batch, policy }: Collected, learned: LearnReport): Promise<string | undefined> {
    const { config, run, until, callbacks } = this.parts;
    const { progress } = this;
    const stepSeconds = (performance.now() - this.stepEndedAt) / 1000;
    const step = progress.step + 1;
    progress.step = step;
    progress.played += batch.played;
    progress.updates = learned.updates;
    progress.workload = batch.after;
    this.steer(policy, batch.kl);
    const last = step === until;
    const evaluates = last || (config.train.evalEvery > 0 && step % config.train.evalEvery === 0);
    const evaluated = evaluates ? await this.evaluate() : undefined;
    progress.seconds = this.secondsBefore + (performance.now() - this.startedAt) / 1000;
    if (evaluated) progress.lastReward = evaluated.reward;
    const metrics = this.metricsOf(batch, policy, learned, evaluated, stepSeconds);
    this.log(metrics, batch);
    this.parts.observer.step?.(metrics);
    const isBest = evaluated !== undefined && this.isBest(evaluated);
    if (isBest) progress.best = { step, ...evaluated };
    const stopped = await reasonToStop(callbacks, metrics, evaluated);
    const ends = last || stopped !== undefined;
    if (ends || isBest || step % config.train.checkpointEvery === 0) await this.save();
    if (isBest) run.link('best', step);
    run.prune(config.train.keepCheckpoints, progress.best?.step);
    this.stepEndedAt = performance.now();
    return stopped;
  }

  private metricsOf(
    batch: Batch,
    policy: ResolvedPolicy,
    { loss, valueLoss, gradNorm }: LearnReport,
    evaluated: Evaluated | undefined,
    seconds: number,
  ): StepMetrics {
    const { step, played, seconds: total } = this.progress;
    const onText = this.parts.workload.unit === 'tokens';
    const speed = batch.played / seconds;
    return {
      step,
      ...(onText ? { tokens: played } : { environmentSteps: played }),
      ...(batch.reward === undefined ? {} : { reward: batch.reward }),
      kl: batch.kl,
      ...(loss === undefined ? {} : { loss, valueLoss, gradNorm }),
      ...(policy.type === 'guided' ? { beta: policy.beta } : {}),
      ...(policy.type === 'epsilon-greedy' ? { epsilon: policy.epsilon } : {}),
      ...batch.metrics,
      ...(evaluated ? { evalReward: evaluated.reward } : {}),
      ...(evaluated?.kl === undefined ? {} : { evalKl: evaluated.kl }),
      seconds: total,
      ...(onText ? { tokensPerSecond: speed } : { stepsPerSecond: speed }),
    };
  }

  /** Moves the beta of the policy that acted towards its KL target, where it has one. */
  private steer(acted: ResolvedPolicy, kl: number): void {
    const { policy } = this.parts.config;
    if (policy.type !== 'guided' || policy.klTarget === undefined || acted.type !== 'guided') return;
    this.progress.beta = steerBeta(acted.beta, kl, policy.klTarget);
  }

  private log(metrics: StepMetrics, batch: Batch): void {
    const { run, events } = this.parts;
    run.append(METRICS, metrics);
    for (const sample of batch.samples) run.append(SAMPLES, { step: metrics.step, ...sample });
    events.scalars(scalarsOf(metrics), metrics.step);
  }

  /** Without exploration, and not interrupted, so that a step is either logged whole or not begun. */
  private evaluate(): Promise<Evaluated> {
    const { config, workload } = this.parts;
    const policy = policyAt(config.policy, 1, this.progress.beta);
    return workload.evaluate(createActor(this.headRuntime(), withoutExploration(policy)));
  }

  /** The best checkpoint has the highest evaluation reward, among those within the KL budget where there are any. */
  private isBest({ reward, kl = 0 }: Evaluated): boolean {
    const { klBudget } = this.parts.config;
    const { best } = this.progress;
    if (!best) return true;
    const within = kl <= klBudget;
    return within === (best.kl ?? 0) <= klBudget ? reward > best.reward : within;
  }

  private async saveUnlessSaved(): Promise<void> {
    if (this.parts.run.lastCheckpoint() !== this.progress.step) await this.save();
  }

  private async save(): Promise<void> {
    const { run, learner, spec, callbacks } = this.parts;
    const { step } = this.progress;
    const state = await learner.snapshot();
    this.progress.sizes = { [METRICS]: run.size(METRICS), [SAMPLES]: run.size(SAMPLES) };
    saveCheckpoint(run, state, spec, this.progress);
    for (const callback of callbacks) await callback.checkpoint?.(step, run.checkpointDirectory(step));
  }

  private async useHead(head: HeadTensors): Promise<void> {
    const { spec, workload } = this.parts;
    const runtime = await HeadRuntime.create(head, spec, workload.rows);
    await this.runtime?.release();
    this.runtime = runtime;
    this.head = head;
  }

  private headRuntime(): HeadRuntime {
    if (!this.runtime) throw new Error('the head is not loaded yet');
    return this.runtime;
  }

  async release(): Promise<void> {
    await this.runtime?.release();
  }
}
