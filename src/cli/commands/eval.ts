import { Command } from 'commander';
import pc from 'picocolors';
import type { Evaluation, Interval } from '../../eval/index.js';
import { evaluateTrained } from '../../train/index.js';
import { interruptSignal } from '../interrupt.js';
import { countList, given, numberList, positiveWholeNumber, wholeNumber } from '../options.js';
import { progressDisplay } from '../progress.js';

interface EvalFlags {
  prompts?: string;
  beta?: number[];
  bestOf?: number[];
  samples?: number;
  checkpoint: string;
  seed?: number;
  json?: boolean;
}

/** `tokenq eval` */
export function evalCommand(): Command {
  return new Command('eval')
    .description('compare base, tuned and best-of-n; write report.html')
    .argument('<run>', "a run's directory")
    .option('--prompts <file>', "evaluate on these prompts (default: the run's evaluation prompts)")
    .option('--beta <b,b,...>', 'weights of the advantage (default: the calibrated one)', numberList)
    .option('--best-of <n,n,...>', "best-of-n to compare with (default: the run's)", countList)
    .option('--samples <n>', "completions per prompt (default: the run's)", positiveWholeNumber)
    .option('--checkpoint <name>', 'last, best or the number of a step', 'last')
    .option('--seed <n>', "seed of the random numbers (default: the run's)", wholeNumber)
    .option('--json', 'print one JSON document on stdout')
    .action(async (run: string, flags: EvalFlags) => {
      const display = progressDisplay(0);
      const interrupt = interruptSignal(() => {});
      try {
        const { prompts, beta: betas, bestOf, samples, seed, checkpoint } = flags;
        const evaluation = await evaluateTrained(run, {
          checkpoint,
          observer: display,
          signal: interrupt.signal,
          ...given({ prompts, betas, bestOf, samples, seed }),
        });
        display.end(true);
        process.stdout.write(flags.json ? `${JSON.stringify(evaluation)}\n` : table(evaluation, run));
      } finally {
        interrupt.release();
        display.end();
      }
    });
}

function table({ base, tuned, bestOf }: Evaluation, run: string): string {
  const rows = [
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
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row, i) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
    return i === 0 ? pc.bold(line) : line;
  });
  return `${lines.join('\n')}\n\nreport   ${run}/report.html\n`;
}

function interval({ mean, low, high }: Interval): string {
  return `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function signed({ mean, low, high }: Interval): string {
  const text = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
  return `${text(mean)} (${text(low)} to ${text(high)})`;
}
