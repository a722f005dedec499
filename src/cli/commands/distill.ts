import { Command, Option } from 'commander';
import { InputError } from '../../common/index.js';
import type { DeviceChoice } from '../../lm/index.js';
import { type DistillResult, defaultOut, distill, resolveDistilling } from '../../train/index.js';
import { colour } from '../colour.js';
import { device, given, positiveWholeNumber, repeated, wholeNumber } from '../options.js';
import { progressDisplay } from '../progress.js';
import { shown } from '../shown.js';

interface DistillFlags {
  method?: string;
  teacher?: string;
  lm?: string;
  dtype?: string;
  device?: DeviceChoice;
  prompts?: string;
  steps?: number;
  seed?: number;
  out?: string;
  resume?: string;
  set: string[];
  json?: boolean;
}

/** `tokenq distill` */
export function distillCommand(): Command {
  return new Command('distill')
    .description("learn a larger model's or a judge's preferences into a small policy")
    .argument('[config]', "a YAML or JSON file with a 'distill' section")
    .addOption(
      new Option(
        '--method <method>',
        'by preference pairs, next-token distributions, or rated completions',
      ).choices(['preferences', 'policy', 'offline']),
    )
    .option('--teacher <teacher>', 'a language model, a file of ratings or pairs, or a reward such as judge')
    .option('--lm <id-or-dir>', "the student's language model: a directory or a hub id")
    .option('--dtype <dtype>', 'which of its files, such as fp32 or q4 (default: the best there)')
    .option(
      '--device <device>',
      "where it runs: cpu, webgpu, cuda or auto (default: the configuration's)",
      device,
    )
    .option('--prompts <file>', 'prompts: .txt, .jsonl or .csv')
    .option('--steps <n>', "training steps of the student's head", positiveWholeNumber)
    .option('--seed <n>', 'seed of all random numbers', wholeNumber)
    .option('--out <dir>', 'where everything is written (default: runs/ and the name of the configuration)')
    .option('--resume <dir>', 'go on with what is there: nothing is made or paid again')
    .option('--set <key=value>', 'override any configuration key; may be repeated', repeated, [])
    .option('--json', 'print one JSON document on stdout')
    .action(async (config: string | undefined, flags: DistillFlags) => {
      const result = await distillWith(config, flags);
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : summary(result));
    });
}

async function distillWith(configFile: string | undefined, flags: DistillFlags): Promise<DistillResult> {
  if (flags.resume !== undefined && flags.out !== undefined) {
    throw new InputError('--resume goes on in its own directory: leave out --out');
  }
  const { method, teacher, lm, dtype, device, prompts, steps, seed, resume } = flags;
  const config = resolveDistilling({
    configFile,
    overrides: flags.set,
    ...given({ method, teacher, lm, dtype, device, prompts, steps, seed, resume }),
  });
  const out = resume ?? flags.out ?? config.out ?? defaultOut(configFile ?? 'distill');
  const display = progressDisplay(config.train.steps);
  return shown(display, 'saving what is done', (watch) =>
    distill({ config, out, resume: resume !== undefined, ...watch }),
  );
}

function summary({ run, winRate, klPerToken, beta, reward, rewardModel }: DistillResult): string {
  const won = winRate
    ? [
        `the teacher prefers the student to its base in ${colour.bold(colour.green(percent(winRate.mean)))} ` +
          `(${percent(winRate.low)} to ${percent(winRate.high)}) of ${winRate.prompts} new prompts`,
      ]
    : [];
  return [
    '',
    ...won,
    `KL ${klPerToken.toFixed(3)} nats per token (beta ${beta.toFixed(1)}), reward ${reward.base.toFixed(3)} -> ${reward.student.toFixed(3)}`,
    '',
    ...(rewardModel === undefined ? [] : [`reward   ${rewardModel}/report.html`]),
    `report   ${run}/report.html`,
    `sample   npx tokenq sample ${run} --prompt "One day"`,
    '',
  ].join('\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
