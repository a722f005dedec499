import { Command } from 'commander';
import { isTextRun } from '../../config/index.js';
import type { Evaluation, Interval, WorldEvaluation } from '../../eval/index.js';
import type { DeviceChoice } from '../../lm/index.js';
import { openRun } from '../../sample/index.js';
import { evaluateTrained, evaluateTrainedWorld } from '../../train/index.js';
import { interruptSignal } from '../interrupt.js';
import { countList, device, given, numberList, positiveWholeNumber, wholeNumber } from '../options.js';
import { type ProgressDisplay, progressDisplay } from '../progress.js';
import { refuseOptions } from '../refuseOptions.js';
import { tableLines } from '../table.js';

interface EvalFlags {
  prompts?: string;
  beta?: number[];
  bestOf?: number[];
  samples?: number;
  episodes?: number;
  checkpoint: string;
  device?: DeviceChoice;
  seed?: number;
  json?: boolean;
}

/** `tokenq eval` */
export function evalCommand(): Command {
  return new Command('eval')
    .description('compare base, tuned and best-of-n, or random and trained play; write report.html')
    .argument('<run>', "a run's directory")
    .option('--prompts <file>', "evaluate on these prompts (default: the run's evaluation prompts)")
    .option('--beta <b,b,...>', 'weights of the advantage (default: the calibrated one)', numberList)
    .option('--best-of <n,n,...>', "best-of-n to compare with (default: the run's)", countList)
    .option('--samples <n>', "completions per prompt (default: the run's)", positiveWholeNumber)
    .option(
      '--episodes <n>',
      "in an environment other than text: episodes (default: the run's)",
      positiveWholeNumber,
    )
    .option('--checkpoint <name>', 'last, best or the number of a step', 'last')
    .option(
      '--device <device>',
      "where the model runs: cpu, webgpu, cuda or auto (default: the run's)",
      device,
    )
    .option('--seed <n>', "seed of the random numbers (default: the run's)", wholeNumber)
    .option('--json', 'print one JSON document on stdout')
    .action(runEval);
}

async function runEval(run: string, flags: EvalFlags, command: Command): Promise<void> {
  const { config } = openRun(run, flags.checkpoint);
  const onText = isTextRun(config);
  if (onText)
    refuseOptions(command, ['--episodes'], `${run} is a run on text: --samples is how many it plays`);
  else {
    const textOnly = ['--prompts', '--beta', '--best-of', '--samples', '--device'];
    refuseOptions(command, textOnly, `${run} is a run in the environment ${config.env.type}, not on text`);
  }
  const display = progressDisplay(0, onText ? 'tokens' : 'steps');
  const interrupt = interruptSignal(() => {});
  try {
    const text = await (onText ? evalText : evalWorld)(run, flags, display, interrupt.signal);
    display.end(true);
    process.stdout.write(text);
  } finally {
    interrupt.release();
    display.end();
  }
}

async function evalText(
  run: string,
  { prompts, beta: betas, bestOf, samples, seed, checkpoint, device, json }: EvalFlags,
  observer: ProgressDisplay,
  signal: AbortSignal,
): Promise<string> {
  const evaluation = await evaluateTrained(run, {
    checkpoint,
    observer,
    signal,
    ...given({ prompts, betas, bestOf, samples, seed, device }),
  });
  return json ? `${JSON.stringify(evaluation)}\n` : withReport(textTable(evaluation), run);
}

async function evalWorld(
  run: string,
  { episodes, seed, checkpoint, json }: EvalFlags,
  observer: ProgressDisplay,
  signal: AbortSignal,
): Promise<string> {
  const options = { checkpoint, observer, signal, ...given({ episodes, seed }) };
  const evaluation = await evaluateTrainedWorld(run, options);
  return json ? `${JSON.stringify(evaluation)}\n` : withReport(worldTable(evaluation), run);
}

function withReport(lines: readonly string[], run: string): string {
  return `${lines.join('\n')}\n\nreport   ${run}/report.html\n`;
}

function textTable({ base, tuned, bestOf }: Evaluation): string[] {
  return tableLines([
    ['', 'reward (95% interval)', 'gain', 'KL/token', 'distinct-2', 'perplexity', 'win rate'],
    ['base', interval(base.reward), '', '0', base.distinct2.toFixed(3), base.perplexity.toFixed(2), ''],
    ...tuned.map((result) => [
      `tuned, beta ${result.beta.toFixed(1)}`,
      interval(result.reward),
      signed(result.gain),
      result.klPerToken.toFixed(3),
      result.distinct2.toFixed(3),
      result.perplexity.toFixed(2),
      `${(100 * result.winRate).toFixed(0)}%`,
    ]),
    ...bestOf.map(({ n, reward }) => [`best of ${n}`, interval(reward), '', '', '', '', '']),
  ]);
}

/** The results in an environment other than text. */
export function worldTable({ random, trained, episodes }: WorldEvaluation): string[] {
  return tableLines([
    [`${episodes} episode${episodes === 1 ? '' : 's'}`, 'return (95% interval)', 'length'],
    ['random', interval(random.return), random.length.toFixed(1)],
    ['trained', interval(trained.return), trained.length.toFixed(1)],
  ]);
}

function interval({ mean, low, high }: Interval): string {
  return `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function signed({ mean, low, high }: Interval): string {
  const text = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
  return `${text(mean)} (${text(low)} to ${text(high)})`;
}
