import type cliProgress from 'cli-progress';
import type { StepMetrics } from '../eval/index.js';
import type { DownloadProgress } from '../lm/index.js';
import type { PlayUnit, TrainObserver, TrainPhase } from '../train/index.js';
import { BAR, createBar } from './bar.js';
import { errorColour } from './colour.js';
import { type DownloadDisplay, downloadDisplay } from './downloads.js';

/** What a phase is called. */
function nameOf(phase: TrainPhase, unit: PlayUnit): string {
  switch (phase) {
    case 'baseline':
      return unit === 'tokens' ? 'measuring the base' : 'playing at random';
    case 'calibrating':
      return 'calibrating beta';
    case 'asking':
      return 'asking the teacher';
    case 'fitting':
      return 'fitting the reward';
    case 'training':
    case 'evaluating':
    case 'sampling':
    case 'judging':
    case 'reading':
      return phase;
  }
}

/** What a phase counts. */
function unitOf(phase: TrainPhase, unit: PlayUnit): string {
  if (phase === 'asking' || phase === 'judging' || phase === 'reading') return 'completions';
  return phase === 'fitting' ? 'updates' : unit;
}

/** Between two plain lines of a phase without steps, ms. */
const LINE_EVERY = 10_000;
/** Between two updates of the bar, ms. */
const REFRESH_EVERY = 100;

/**
 * Shows a run's progress on stderr: a bar with tokens or steps per second, reward, KL, loss and time left on a terminal,
 * and plain lines elsewhere.
 */
export function progressDisplay(
  steps: number,
  unit: PlayUnit = 'tokens',
  stream: NodeJS.WriteStream = process.stderr,
): ProgressDisplay {
  return stream.isTTY ? new BarDisplay(steps, unit, stream) : new LineDisplay(steps, unit, stream);
}

/** A display is an observer that must be ended, so that the terminal is left clean. */
export interface ProgressDisplay extends TrainObserver {
  /** Prints a line of its own. */
  note(message: string): void;
  /** @param complete whether the phase came to its end; default false */
  end(complete?: boolean): void;
}

class BarDisplay implements ProgressDisplay {
  private bar: cliProgress.SingleBar | undefined;
  private readonly downloads: DownloadDisplay;
  private name = '';
  private latest: StepMetrics | undefined;
  private refreshedAt = 0;
  private readonly rate: Rate;

  constructor(
    private readonly steps: number,
    private readonly unit: PlayUnit,
    private readonly stream: NodeJS.WriteStream,
  ) {
    this.rate = new Rate();
    this.downloads = downloadDisplay(stream);
  }

  onDownload(progress: DownloadProgress): void {
    this.downloads.onDownload(progress);
  }

  phase(name: TrainPhase, amount: number): void {
    this.end(true);
    this.latest = undefined;
    this.name = nameOf(name, this.unit);
    this.rate.start(amount, unitOf(name, this.unit));
    this.show('');
  }

  private show(details: string): void {
    const { total, done } = this.rate;
    // How long whole episodes will be is not known.
    const share = total > 0 ? BAR : '';
    this.bar = createBar(this.stream, `${this.name.padEnd(18)} ${share}{details}`, {
      hideCursor: true,
      clearOnComplete: false,
    });
    this.bar.start(Math.max(1, total), Math.min(done, total), { details });
  }

  played(count: number): void {
    this.rate.add(count);
    // Called for every token: formatting each time would cost more than the bar can show.
    if (performance.now() - this.refreshedAt >= REFRESH_EVERY) this.refresh();
  }

  step(metrics: StepMetrics): void {
    this.latest = metrics;
    this.refresh();
  }

  private refresh(): void {
    this.refreshedAt = performance.now();
    this.bar?.update(Math.min(this.rate.done, this.rate.total), { details: this.details() });
  }

  /** The most wanted first: what does not fit into the terminal is cut off. */
  private details(): string {
    const { latest, steps, rate } = this;
    if (!latest) return rate.text();
    const { behaviour, learning, phrase } = describe(latest);
    return [`step ${latest.step}/${steps}`, ...behaviour, rate.text(), ...learning, ...phrase].join('  ');
  }

  /** The bar goes on below it. */
  warning(message: string): void {
    const goesOn = this.bar !== undefined;
    this.note(`${errorColour.yellow('warning')}: ${message}`);
    if (goesOn) this.show(this.details());
  }

  note(message: string): void {
    this.end();
    this.stream.write(`${message}\n`);
  }

  end(complete = false): void {
    this.downloads.end();
    if (!this.bar) return;
    // A phase may end with fewer tokens than it was expected to make.
    if (complete) this.bar.update(this.rate.total);
    this.bar.stop();
    this.bar = undefined;
  }
}

class LineDisplay implements ProgressDisplay {
  private readonly downloads: DownloadDisplay;
  private readonly rate: Rate;
  private name: TrainPhase = 'baseline';
  private shownAt = 0;

  constructor(
    private readonly steps: number,
    private readonly unit: PlayUnit,
    private readonly stream: NodeJS.WriteStream,
  ) {
    this.rate = new Rate();
    this.downloads = downloadDisplay(stream);
  }

  onDownload(progress: DownloadProgress): void {
    this.downloads.onDownload(progress);
  }

  phase(name: TrainPhase, amount: number): void {
    this.name = name;
    this.shownAt = performance.now();
    this.rate.start(amount, unitOf(name, this.unit));
    const about = amount > 0 ? ` (about ${amount.toLocaleString('en')} ${unitOf(name, this.unit)})` : '';
    this.stream.write(`${nameOf(name, this.unit)}${about}\n`);
  }

  played(count: number): void {
    this.rate.add(count);
    if (this.name === 'training' || performance.now() - this.shownAt < LINE_EVERY) return;
    this.shownAt = performance.now();
    this.stream.write(`${nameOf(this.name, this.unit)}: ${this.rate.text()}\n`);
  }

  step(metrics: StepMetrics): void {
    const { behaviour, learning, phrase } = describe(metrics);
    const details = [...behaviour, ...learning, this.rate.text(), ...phrase].join('  ');
    this.stream.write(`step ${metrics.step}/${this.steps}  ${details}\n`);
  }

  warning(message: string): void {
    this.note(`warning: ${message}`);
  }

  note(message: string): void {
    this.stream.write(`${message}\n`);
  }

  end(): void {}
}

/** A step's figures in words: of what it played, of what it learned, and what most of its completions hold. */
function describe(metrics: StepMetrics) {
  const { reward, kl, teacherKl, tokens, distinct2, perplexity, epsilon, loss, evalReward, phrase } = metrics;
  return {
    behaviour: [
      ...part('reward', reward, 3),
      ...(tokens === undefined ? [] : part('KL', kl, 3)),
      ...part('from teacher', teacherKl, 3),
      ...part('distinct-2', distinct2, 2),
      ...part('ppl', perplexity, 1),
    ],
    learning: [...part('epsilon', epsilon, 2), ...part('loss', loss, 4), ...part('eval', evalReward, 3)],
    phrase: phrase ? [`'${phrase.text}' in ${Math.round(100 * phrase.share)}%`] : [],
  };
}

function part(name: string, value: number | undefined, decimals: number): string[] {
  return value === undefined ? [] : [`${name} ${value.toFixed(decimals)}`];
}

/** How fast a phase is, and its time left. */
class Rate {
  done = 0;
  total = 1;
  private unit = '';
  private startedAt = 0;

  start(total: number, unit: string): void {
    this.done = 0;
    this.total = total;
    this.unit = unit === 'tokens' ? 'tok' : unit;
    this.startedAt = performance.now();
  }

  add(count: number): void {
    this.done += count;
  }

  text(): string {
    const seconds = (performance.now() - this.startedAt) / 1000;
    const rate = this.done / Math.max(seconds, 1e-3);
    const speed = `${Math.round(rate).toLocaleString('en')} ${this.unit}/s`;
    if (this.total === 0) return speed;
    const left = Math.max(0, this.total - this.done) / Math.max(rate, 1e-3);
    return `${speed}  ${formatSeconds(left)} left`;
  }
}

/** `75 s`, `12 min`, `3.2 h` */
export function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
