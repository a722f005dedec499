import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../common/index.js';
import { METRICS } from '../metrics.js';
import { keptOf } from './halving.js';
import type { Configuration, Plan, Trial } from './plan.js';
import type { PartResult, SweepDirectory } from './sweepDirectory.js';
import type { SweepObserver, SweepProgress } from './types.js';

/** Between two looks at the running trials, ms. */
const LOOK_EVERY = 1000;
/** More than one line of metrics has, bytes. */
const TAIL = 8192;

/** Tells an observer where a sweep stands, from what its directory holds. */
export class ProgressWatch {
  private readonly running = new Set<Trial>();
  private alive: readonly Configuration[];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly plan: Plan,
    private readonly directory: SweepDirectory,
    private readonly failures: ReadonlyMap<string, unknown>,
    private readonly observer: SweepObserver = {},
  ) {
    this.alive = plan.configurations;
    this.timer = setInterval(() => this.tell(), LOOK_EVERY);
    this.tell();
  }

  started(trial: Trial): void {
    this.running.add(trial);
    this.tell();
  }

  ended(trial: Trial): void {
    this.running.delete(trial);
    this.tell();
  }

  /** These are left after a rung. */
  kept(alive: readonly Configuration[]): void {
    this.alive = alive;
    this.tell();
  }

  now(): SweepProgress {
    const { trials } = this.plan;
    const results = trials.flatMap(({ name }) => {
      const last = this.directory.resultsOf(name).at(-1);
      return last ? [{ name, last }] : [];
    });
    const [best] = results.sort((a, b) => further(a.last, b.last) || b.last.reward - a.last.reward);
    return {
      trials: trials.length,
      done: trials.filter((trial) => this.isDone(trial)).length,
      running: this.running.size,
      failed: this.failures.size,
      steps: trials.reduce((sum, trial) => sum + this.stepsOf(trial), 0),
      allSteps: plannedSteps(this.plan),
      ...(best ? { best: { name: best.name, reward: best.last.reward } } : {}),
    };
  }

  close(): void {
    clearInterval(this.timer);
  }

  private tell(): void {
    this.observer.progress?.(this.now());
  }

  private isDone({ name, configuration }: Trial): boolean {
    const last = this.directory.resultsOf(name).at(-1);
    return last?.paused === false || this.failures.has(name) || !this.alive.includes(configuration);
  }

  /** Steps of a trial so far; a failed one needs no more. */
  private stepsOf(trial: Trial): number {
    if (this.failures.has(trial.name)) return trial.configuration.config.train.steps;
    const recorded = this.directory.resultsOf(trial.name).at(-1)?.steps ?? 0;
    if (!this.running.has(trial)) return recorded;
    return Math.max(recorded, lastStep(this.directory.trial(trial.name)));
  }
}

/** Finished ones before paused ones, and of these the later: rewards at different rungs do not compare. */
function further(a: PartResult, b: PartResult): number {
  return Number(a.paused) - Number(b.paused) || (a.paused ? b.steps - a.steps : 0);
}

/** Training steps of all trials, with the configurations that halving will leave. */
export function plannedSteps({ configurations, trials, definition: { halving, seeds } }: Plan): number {
  if (!halving) return trials.reduce((sum, { configuration }) => sum + configuration.config.train.steps, 0);
  let left = configurations.length;
  let before = 0;
  let steps = 0;
  for (const rung of halving.rungs) {
    steps += left * seeds * (rung - before);
    before = rung;
    left = keptOf(left, halving.eta);
  }
  return steps;
}

/** The newest step in a run's metrics, 0 before the first. */
function lastStep(run: string): number {
  const lines = tailOf(join(run, METRICS)).split('\n');
  // Only what ends with a line feed is whole.
  const [, step] = /^\{"step":(\d+),/.exec(lines.at(-2) ?? '') ?? [];
  return Number(step ?? 0);
}

function tailOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, TAIL));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
