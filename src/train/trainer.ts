import {
  createActor,
  epsilonAt,
  HeadRuntime,
  type HeadSpec,
  type HeadTensors,
  type Learner,
  type LearnReport,
  learningRateScale,
  type ResolvedPolicy,
  steerBeta,
} from '../agent/index.js';
import type { PolicyConfig, RunConfig } from '../config/index.js';
import { mean, type StepMetrics, scorePolicy } from '../eval/index.js';
import type { TextPrompt, TextTask } from '../sample/index.js';
import { promptBatch } from './batches.js';
import { type Progress, saveCheckpoint } from './checkpoint.js';
import { type Collected, collect } from './collect.js';
import type { TrainObserver } from './observer.js';
import type { RunDirectory } from './runDirectory.js';
import type { EventWriter } from './tensorboard.js';

/** Everything that the training loop works with. */
export interface TrainerParts {
  config: RunConfig;
  task: TextTask;
  trainPrompts: readonly TextPrompt[];
  evalPrompts: readonly TextPrompt[];
  learner: Learner;
  spec: HeadSpec;
  rows: Float32Array;
  run: RunDirectory;
  events: EventWriter;
  observer: TrainObserver;
  signal?: AbortSignal | undefined;
}

/** How many of a step's episodes go to `samples.jsonl`. */
const LOGGED_SAMPLES = 4;

/**
 * The online loop: generate a batch of episodes with the current policy, score it, learn from it. In `async` mode
 * the next batch is generated while the learner works, so its policy is one step old.
 */
export class Trainer {
  private runtime: HeadRuntime | undefined;
  private readonly startedAt = performance.now();
  private readonly secondsBefore: number;

  constructor(
    private readonly parts: TrainerParts,
    private head: HeadTensors,
    private readonly progress: Progress,
  ) {
    this.secondsBefore = progress.seconds;
  }

  /** Runs to the last step. @returns The trained head. @throws Interrupted when the signal aborts; the steps before are saved. */
  async run(): Promise<HeadTensors> {
    const { config, learner } = this.parts;
    const { steps, mode } = config.train;
    await this.useHead(this.head);
    let batch = this.progress.step < steps ? await this.collectOrSave(this.progress.step) : undefined;
    while (batch) {
      const stepStarted = performance.now();
      const step = this.progress.step;
      const more = step + 1 < steps;
      const [learned, ahead] = await Promise.allSettled([
        learner.learn(batch.trajectories, step, {
          rate: learningRateScale(config.agent.lrSchedule, step, steps),
          progress: step / steps,
        }),
        mode === 'async' && more ? this.collect(step + 1) : undefined,
      ]);
      if (learned.status === 'rejected') throw learned.reason;
      await this.useHead(learned.value.head);
      await this.finishStep(batch, learned.value, stepStarted);
      if (ahead.status === 'rejected') return this.saveAndThrow(ahead.reason);
      batch = more ? (ahead.value ?? (await this.collectOrSave(step + 1))) : undefined;
    }
    return this.head;
  }

  /** For when the learner is at rest, so that what fails here can be saved before. */
  private collectOrSave(step: number): Promise<Collected> {
    return this.collect(step).catch((error: unknown) => this.saveAndThrow(error));
  }

  /** Keeps the steps since the last checkpoint when the next batch fails or is interrupted. */
  private async saveAndThrow(error: unknown): Promise<never> {
    if (this.progress.step > 0 && this.parts.run.lastCheckpoint() !== this.progress.step) await this.save();
    throw error;
  }

  private async collect(step: number): Promise<Collected> {
    const { config, task, trainPrompts, observer, signal } = this.parts;
    const { promptsPerStep, samplesPerPrompt: samples } = config.train;
    const indices = promptBatch(config.seed, step, promptsPerStep, trainPrompts.length);
    const actor = createActor(this.headRuntime(), this.policyAt(step));
    return collect(
      task,
      indices.map((i) => trainPrompts[i]),
      actor,
      { samples, purpose: 'train', iteration: step, onTokens: (n) => observer.tokens?.(n), signal },
    );
  }

  private async finishStep(batch: Collected, learned: LearnReport, stepStarted: number): Promise<void> {
    const { config, run, observer } = this.parts;
    const { progress } = this;
    const step = progress.step + 1;
    const policy = this.policyAt(progress.step);
    progress.step = step;
    progress.tokens += batch.tokens;
    progress.updates = learned.updates;
    this.steer(batch.kl);
    const last = step === config.train.steps;
    const evaluates = last || (config.train.evalEvery > 0 && step % config.train.evalEvery === 0);
    const evaluated = evaluates ? await this.evaluate() : undefined;
    const now = performance.now();
    progress.seconds = this.secondsBefore + (now - this.startedAt) / 1000;
    const metrics: StepMetrics = {
      step,
      tokens: progress.tokens,
      reward: batch.reward,
      kl: batch.kl,
      loss: learned.loss,
      valueLoss: learned.valueLoss,
      gradNorm: learned.gradNorm,
      ...(policy.type === 'guided' ? { beta: policy.beta } : {}),
      ...(policy.type === 'epsilon-greedy' ? { epsilon: policy.epsilon } : {}),
      distinct2: batch.distinct2,
      length: batch.length,
      outside: batch.outside,
      ...(evaluated ? { evalReward: evaluated.reward, evalKl: evaluated.kl } : {}),
      seconds: progress.seconds,
      tokensPerSecond: batch.tokens / ((now - stepStarted) / 1000),
    };
    this.log(metrics, batch);
    observer.step?.(metrics);
    const isBest = evaluated !== undefined && this.isBest(evaluated);
    if (isBest) progress.best = { step, ...evaluated };
    if (last || isBest || step % config.train.checkpointEvery === 0) await this.save();
    if (isBest) run.link('best', step);
    run.prune(config.train.keepCheckpoints, progress.best?.step);
  }

  /** Moves the training policy's beta towards its KL target, where it has one. */
  private steer(kl: number): void {
    const { policy } = this.parts.config;
    if (policy.type !== 'guided' || policy.klTarget === undefined) return;
    this.progress.beta = steerBeta(this.progress.beta ?? policy.beta, kl, policy.klTarget);
  }

  private log(metrics: StepMetrics, batch: Collected): void {
    const { run, events } = this.parts;
    run.append('metrics.jsonl', metrics);
    for (const { prompt, completion, reward } of batch.episodes.slice(0, LOGGED_SAMPLES)) {
      run.append('samples.jsonl', { step: metrics.step, prompt: prompt.text, completion, reward });
    }
    const { step, ...values } = metrics;
    events.scalars(
      Object.fromEntries(Object.entries(values).map(([name, value]) => [`train/${name}`, value])),
      step,
    );
  }

  /**
   * Reward and KL on the evaluation prompts, without exploration. It is not interrupted, so that a step is either
   * logged whole or not begun.
   */
  private async evaluate(): Promise<{ reward: number; kl: number }> {
    const { task, evalPrompts, config } = this.parts;
    const actor = createActor(this.headRuntime(), withoutExploration(config.policy, this.progress.beta));
    const scores = await scorePolicy(task, evalPrompts, actor, { samples: config.train.evalSamples });
    return { reward: mean(scores.rewards.flat()), kl: scores.klPerToken };
  }

  /** The best checkpoint has the highest evaluation reward, among those within the KL budget where there are any. */
  private isBest({ reward, kl }: { reward: number; kl: number }): boolean {
    const { klBudget } = this.parts.config;
    const { best } = this.progress;
    if (!best) return true;
    const within = kl <= klBudget;
    return within === best.kl <= klBudget ? reward > best.reward : within;
  }

  private async save(): Promise<void> {
    const { run, learner, spec } = this.parts;
    const state = await learner.snapshot();
    this.progress.sizes = {
      'metrics.jsonl': run.size('metrics.jsonl'),
      'samples.jsonl': run.size('samples.jsonl'),
    };
    saveCheckpoint(run, state, spec, this.progress);
    this.parts.observer.checkpoint?.(this.progress.step);
  }

  private policyAt(step: number): ResolvedPolicy {
    const { policy, train } = this.parts.config;
    switch (policy.type) {
      case 'guided':
        return { type: 'guided', beta: this.progress.beta ?? policy.beta };
      case 'epsilon-greedy': {
        const { epsilon } = policy;
        return {
          type: 'epsilon-greedy',
          epsilon: epsilonAt(epsilon, step / train.steps),
          draw: epsilon.draw,
        };
      }
      case 'boltzmann':
        return { type: 'boltzmann', temperature: policy.temperature };
    }
  }

  private async useHead(head: HeadTensors): Promise<void> {
    const { spec, rows } = this.parts;
    const runtime = await HeadRuntime.create(head, spec, rows);
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

/** The policy that evaluation uses: greedy where training explores by chance, else the same. */
function withoutExploration(policy: PolicyConfig, beta?: number): ResolvedPolicy {
  switch (policy.type) {
    case 'guided':
      return { type: 'guided', beta: beta ?? policy.beta };
    case 'epsilon-greedy':
    case 'boltzmann':
      return { type: 'greedy' };
  }
}
