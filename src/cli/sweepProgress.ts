import type cliProgress from 'cli-progress';
import { describeValues, type SweepObserver, type SweepProgress, type TrialEvent } from '../train/index.js';
import { BAR, createBar } from './bar.js';
import { errorColour } from './colour.js';
import { formatSeconds } from './progress.js';

/** A display is an observer that must be ended, so that the terminal is left clean. */
export interface SweepDisplay extends SweepObserver {
  /** Prints a line of its own. */
  note(message: string): void;
  end(): void;
}

/** Shows a sweep's progress on stderr: a bar below the trials' lines on a terminal, plain lines elsewhere. */
export function sweepDisplay(stream: NodeJS.WriteStream = process.stderr): SweepDisplay {
  return new Display(stream);
}

class Display implements SweepDisplay {
  private bar: cliProgress.SingleBar | undefined;
  private latest: SweepProgress | undefined;
  private firstSteps = 0;
  private readonly startedAt = performance.now();

  constructor(private readonly stream: NodeJS.WriteStream) {}

  started(trial: TrialEvent): void {
    // On a terminal the bar shows that it is running.
    if (!this.stream.isTTY) this.note(`${describe(trial)}: to step ${trial.until}`);
  }

  ended(trial: TrialEvent & { reward: number }): void {
    this.note(`${describe(trial)}: reward ${trial.reward.toFixed(3)} at step ${trial.until}${this.count()}`);
  }

  failed(trial: TrialEvent & { error: string }): void {
    this.note(`${describe(trial)}: ${errorColour.red('failed')}: ${trial.error}${this.count()}`);
  }

  halved({ steps, kept, stopped }: { steps: number; kept: number; stopped: number }): void {
    this.note(`step ${steps}: the best ${kept} of ${kept + stopped} configurations go on`);
  }

  progress(progress: SweepProgress): void {
    if (!this.latest) this.firstSteps = progress.steps;
    this.latest = progress;
    if (this.stream.isTTY) this.show(progress);
  }

  note(message: string): void {
    this.end();
    this.stream.write(`${message}\n`);
    if (this.stream.isTTY && this.latest) this.show(this.latest);
  }

  end(): void {
    if (!this.bar) return;
    this.bar.stop();
    this.bar = undefined;
  }

  private show(progress: SweepProgress): void {
    const { steps, allSteps } = progress;
    if (!this.bar) {
      this.bar = createBar(this.stream, `${BAR}{details}`, { clearOnComplete: true });
      this.bar.start(allSteps, 0, { details: '' });
    }
    this.bar.update(Math.min(steps, allSteps), { details: this.details(progress) });
  }

  private details({ trials, done, running, failed, best, steps, allSteps }: SweepProgress): string {
    const parts = [`${done}/${trials} trials`, `${running} running`];
    if (failed > 0) parts.push(errorColour.red(`${failed} failed`));
    if (best) parts.push(`best ${best.reward.toFixed(3)} (${best.name})`);
    const fresh = steps - this.firstSteps;
    const left = ((performance.now() - this.startedAt) / 1000 / fresh) * Math.max(0, allSteps - steps);
    if (fresh > 0) parts.push(`${formatSeconds(left)} left`);
    return parts.join('  ');
  }

  /** How far the sweep is, on lines that have no bar below them. */
  private count(): string {
    if (this.stream.isTTY || !this.latest) return '';
    return `  (${this.details(this.latest)})`;
  }
}

function describe({ name, values }: TrialEvent): string {
  return `${errorColour.bold(name)}  ${describeValues(values)}`;
}
