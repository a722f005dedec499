import { availableParallelism } from 'node:os';
import { InputError, Interrupted } from '../../common/index.js';
import { mean } from '../../eval/index.js';
import { type Standing, survivors } from './halving.js';
import { type Configuration, type Plan, planSweep, type Trial } from './plan.js';
import { inPool } from './pool.js';
import { ProgressWatch } from './progressWatch.js';
import { writeReports } from './reports.js';
import { partOf, runTrial } from './runTrial.js';
import { summarise } from './summary.js';
import { type PartResult, SweepDirectory } from './sweepDirectory.js';
import type { SweepOptions, SweepResult } from './types.js';

/**
 * Trains every combination of a grid and of random draws with every seed, each in a process of its own, and compares them.
 * What is done is kept in `out`: the same sweep on the same directory goes on where it was.
 *
 * A trial that fails is reported and does not stop the others.
 * @throws InputError for anything that the user can mend, before any trial starts; or after, when all trials failed.
 * Interrupted when stopped by the signal; the trials are saved.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const plan = planSweep(options);
  const { jobs = defaultJobs() } = options;
  if (!Number.isInteger(jobs) || jobs < 1) throw new InputError(`a sweep runs at least 1 job, not ${jobs}`);
  const directory = SweepDirectory.open(options.out, plan.definition);
  const running = new RunningSweep(plan, directory, options, jobs);
  try {
    await running.run();
    return running.finish();
  } finally {
    running.close();
    directory.unlock();
  }
}

/** Half the cores, at least 1: the rest are for the threads of the trials. */
function defaultJobs(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}

/** Why a trial failed in this process. */
export interface Failure {
  error: string;
  badInput: boolean;
}

class RunningSweep {
  private readonly failures = new Map<string, Failure>();
  private readonly watch: ProgressWatch;

  constructor(
    private readonly plan: Plan,
    private readonly directory: SweepDirectory,
    private readonly options: SweepOptions,
    private readonly jobs: number,
  ) {
    this.watch = new ProgressWatch(plan, directory, this.failures, options.observer);
  }

  /** To the last step, over the rungs where there are any. */
  async run(): Promise<void> {
    const { configurations, definition } = this.plan;
    const { rungs = [], eta } = definition.halving ?? {};
    let alive = configurations;
    for (const rung of rungs.slice(0, -1)) {
      // One alone has nobody to be compared with.
      if (alive.length === 1) break;
      await this.runAll(alive, rung);
      const kept = survivors(
        alive.map((configuration) => this.standing(configuration, rung)),
        eta,
      );
      const stopped = alive.length - kept.length;
      alive = alive.filter(({ number }) => kept.includes(number));
      this.watch.kept(alive);
      this.options.observer?.halved?.({ steps: rung, kept: kept.length, stopped });
    }
    await this.runAll(alive);
  }

  /** Writes the reports. @throws InputError when no trial came to anything. */
  finish(): SweepResult {
    const { plan, directory, failures } = this;
    const summary = summarise(plan, directory, failures);
    writeReports(directory, summary);
    const { best } = summary;
    if (best) return { ...summary, best };
    const [{ error }] = failures.values();
    const message = `all ${plan.trials.length} trials failed, the first with: ${error} (see ${directory.file('logs')})`;
    const mendable = [...failures.values()].every(({ badInput }) => badInput);
    throw mendable ? new InputError(message) : new Error(message);
  }

  close(): void {
    this.watch.close();
  }

  /** Runs all trials of some configurations to a rung, or to their last step. @throws Interrupted */
  private async runAll(configurations: readonly Configuration[], rung?: number): Promise<void> {
    const trials = this.plan.trials.filter(
      ({ configuration, name }) => configurations.includes(configuration) && !this.failures.has(name),
    );
    const missing = trials.filter(({ name, configuration }) => {
      return resultAt(this.directory.resultsOf(name), rung ?? configuration.config.train.steps) === undefined;
    });
    await inPool(missing, this.jobs, (trial) => this.runOne(trial, rung));
    if (this.options.signal?.aborted) throw this.interrupted();
  }

  private async runOne(trial: Trial, rung: number | undefined): Promise<void> {
    const { observer, signal } = this.options;
    if (signal?.aborted) return;
    const { name, seed, configuration } = trial;
    const event = {
      name,
      seed,
      values: configuration.values,
      until: rung ?? configuration.config.train.steps,
    };
    observer?.started?.(event);
    this.watch.started(trial);
    const outcome = await runTrial(this.directory, trial, event.until, signal);
    if (outcome.type === 'done') this.directory.record(name, partOf(outcome));
    if (outcome.type === 'failed') this.failures.set(name, outcome);
    this.watch.ended(trial);
    if (outcome.type === 'done') observer?.ended?.({ ...event, reward: outcome.result.reward.last });
    if (outcome.type === 'failed') observer?.failed?.({ ...event, error: outcome.error });
  }

  private standing({ number }: Configuration, rung: number): Standing {
    const rewards = this.plan.trials
      .filter(({ configuration, name }) => configuration.number === number && !this.failures.has(name))
      .map(({ name }) => resultAt(this.directory.resultsOf(name), rung)?.reward)
      .filter((reward) => reward !== undefined);
    return { number, mean: rewards.length === 0 ? undefined : mean(rewards) };
  }

  private interrupted(): Interrupted {
    const { done, trials } = this.watch.now();
    return new Interrupted(
      `stopped with ${done} of ${trials} trials done: the same command goes on from there`,
    );
  }
}

/** What a trial came to at a step. */
function resultAt(results: readonly PartResult[], step: number): PartResult | undefined {
  return results.find(({ steps }) => steps === step);
}
