import { Command } from 'commander';
import { InputError } from '../../common/index.js';
import { isTextRun } from '../../config/index.js';
import type { DeviceChoice } from '../../lm/index.js';
import { defaultOut, resolveTraining, type TrainResult, train } from '../../train/index.js';
import { colour } from '../colour.js';
import { device, given, positiveWholeNumber, repeated, wholeNumber } from '../options.js';
import { progressDisplay } from '../progress.js';
import { shown } from '../shown.js';

interface TrainFlags {
  lm?: string;
  dtype?: string;
  device?: DeviceChoice;
  prompts?: string;
  reward?: string;
  steps?: number;
  seed?: number;
  out?: string;
  resume?: string;
  init?: string;
  until?: number;
  set: string[];
  json?: boolean;
}

/** `tokenq train` */
export function trainCommand(): Command {
  return new Command('train')
    .description('fine-tune a head against a reward model on a prompt dataset')
    .argument('[config]', 'a YAML or JSON file; every key has a default')
    .option('--lm <id-or-dir>', 'the language model: a directory or a hub id')
    .option('--dtype <dtype>', 'which of its files, such as fp32 or q4 (default: the best there)')
    .option(
      '--device <device>',
      "where it runs: cpu, webgpu, cuda or auto (default: the configuration's)",
      device,
    )
    .option('--prompts <file>', 'prompts: .txt, .jsonl or .csv')
    .option('--reward <type-or-file>', 'a built-in reward or a module of your own')
    .option('--steps <n>', 'training steps', positiveWholeNumber)
    .option('--seed <n>', 'seed of all random numbers', wholeNumber)
    .option('--out <dir>', "the run's directory (default: runs/ and the configuration's name)")
    .option('--resume <dir>', 'go on with an interrupted run')
    .option('--init <run>', "start from an earlier run's head")
    .option('--until <n>', 'pause after this step, to go on with --resume', positiveWholeNumber)
    .option('--set <key=value>', 'override any configuration key; may be repeated', repeated, [])
    .option('--json', 'print one JSON document on stdout')
    .action(async (config: string | undefined, flags: TrainFlags) => {
      const result = await trainWith(config, flags);
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : summary(result));
    });
}

async function trainWith(configFile: string | undefined, flags: TrainFlags): Promise<TrainResult> {
  if (flags.resume !== undefined && (flags.init !== undefined || flags.out !== undefined)) {
    throw new InputError('--resume goes on in its own directory: leave out --init and --out');
  }
  const { lm, dtype, device, prompts, reward, steps, seed, resume, init } = flags;
  const config = resolveTraining({
    configFile,
    overrides: flags.set,
    ...given({ lm, dtype, device, prompts, reward, steps, seed, resume }),
  });
  const out = resume ?? flags.out ?? config.out ?? defaultOut(configFile);
  const display = progressDisplay(config.train.steps, isTextRun(config) ? 'tokens' : 'steps');
  return shown(display, 'saving what is done', (watch) =>
    train({ config, out, resume: resume !== undefined, ...watch, ...given({ init, until: flags.until }) }),
  );
}

function summary(result: TrainResult): string {
  if (result.paused) {
    const reward = result.reward.last.toFixed(3);
    return `paused after step ${result.steps} at reward ${reward}; go on with 'tokenq train --resume ${result.run}'\n`;
  }
  const { beta, steps, stopped } = result;
  const early = stopped === undefined ? '' : `\nended early, after step ${steps}: ${stopped}\n`;
  return early + (beta === undefined ? worldSummary(result) : textSummary(result, beta));
}

function textSummary(
  { run, reward, klPerToken = 0, generatedTokens = 0 }: TrainResult,
  beta: number,
): string {
  const change = `${reward.first.toFixed(3)} -> ${colour.bold(colour.green(reward.last.toFixed(3)))}`;
  return [
    '',
    `reward on evaluation prompts  ${change}  at KL ${klPerToken.toFixed(3)} nats per token (beta ${beta.toFixed(1)})`,
    `${generatedTokens.toLocaleString('en')} tokens generated for training`,
    '',
    `report   ${run}/report.html`,
    `sample   npx tokenq sample ${run} --prompt "One day"`,
    `compare  npx tokenq eval ${run}`,
    '',
  ].join('\n');
}

function worldSummary({ run, reward, environmentSteps = 0 }: TrainResult): string {
  const change = `${reward.first.toFixed(2)} -> ${colour.bold(colour.green(reward.last.toFixed(2)))}`;
  return [
    '',
    `mean return of an episode  ${change}`,
    `${environmentSteps.toLocaleString('en')} steps taken for training`,
    '',
    `report   ${run}/report.html`,
    `inspect  npx tokenq inspect ${run}`,
    '',
  ].join('\n');
}
