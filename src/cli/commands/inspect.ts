import { Command } from 'commander';
import { InputError } from '../../common/index.js';
import { isTextRun } from '../../config/index.js';
import type { DeviceChoice } from '../../lm/index.js';
import {
  inspect,
  inspectEpisode,
  inspectGridWorld,
  isGridWorld,
  openRun,
  type TrainedWorldRun,
  tokenizePrompts,
  worldRunOf,
} from '../../sample/index.js';
import { renderEpisode } from '../inspection/episode.js';
import { renderGridWorld } from '../inspection/gridWorld.js';
import { renderInspection } from '../inspection/text.js';
import { interruptSignal } from '../interrupt.js';
import { openSampler } from '../openSampler.js';
import { device, given, nonNegative, positiveWholeNumber, wholeNumber } from '../options.js';
import { refuseOptions } from '../refuseOptions.js';

interface InspectFlags {
  prompt?: string;
  completion?: string;
  candidates: number;
  beta?: number;
  maxNewTokens?: number;
  temperature?: number;
  steps?: number;
  checkpoint: string;
  device?: DeviceChoice;
  seed?: number;
  json?: boolean;
}

/** Options for runs on text. */
const textOnly = [
  '--prompt',
  '--completion',
  '--candidates',
  '--beta',
  '--max-new-tokens',
  '--temperature',
  '--device',
];

/** `tokenq inspect` */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'show what the head thinks: at every token of a completion, at every step of an episode, or in every cell of a ' +
        'grid world',
    )
    .argument('<run>', "a run's directory")
    .option('--prompt <text>', 'the prompt, on text')
    .option('--completion <text>', 'look into this completion (default: sample one)')
    .option('--candidates <n>', 'candidates to show for every token', positiveWholeNumber, 5)
    .option('--beta <b>', 'weight of the advantage (default: the calibrated one)', nonNegative)
    .option('--max-new-tokens <n>', "most new tokens (default: the run's)", positiveWholeNumber)
    .option('--temperature <t>', 'temperature of the base policy; 0: the likeliest token', nonNegative)
    .option('--steps <n>', 'steps to show of an episode (default: 20)', positiveWholeNumber)
    .option('--checkpoint <name>', 'last, best or the number of a step', 'last')
    .option(
      '--device <device>',
      "where the model runs: cpu, webgpu, cuda or auto (default: the run's)",
      device,
    )
    .option('--seed <n>', 'seed of a sampled completion or an episode', wholeNumber)
    .option('--json', 'print one JSON document on stdout')
    .action(runInspect);
}

async function runInspect(directory: string, flags: InspectFlags, command: Command): Promise<void> {
  const run = openRun(directory, flags.checkpoint);
  const { env } = run.config;
  const interrupt = interruptSignal(() => {});
  const print = ({ view, text }: Shown) =>
    process.stdout.write(`${flags.json ? JSON.stringify(view) : text}\n`);
  try {
    if (isTextRun(run.config)) {
      refuseOptions(command, ['--steps'], `${directory} is a run on text, and a completion is shown whole`);
      print(await inspectText(directory, flags, interrupt.signal));
    } else {
      refuseOptions(command, textOnly, `${directory} is a run in the environment ${env.type}, not on text`);
      print(await inspectWorld(worldRunOf(run), flags, command, interrupt.signal));
    }
  } finally {
    interrupt.release();
  }
}

/** What is seen, as a document and for people. */
interface Shown {
  view: object;
  text: string;
}

async function inspectText(directory: string, flags: InspectFlags, signal: AbortSignal): Promise<Shown> {
  const { candidates, seed, completion, beta, temperature } = flags;
  if (flags.prompt === undefined) {
    throw new InputError(`${directory} is a run on text: give the prompt to look into with --prompt "..."`);
  }
  if (completion !== undefined && seed !== undefined) {
    throw new InputError('--seed is for a sampled completion: leave it out with --completion');
  }
  const sampler = await openSampler(directory, flags, signal);
  try {
    const { env } = sampler.run.config;
    const maxNewTokens = flags.maxNewTokens ?? env.maxNewTokens;
    const rows = [{ prompt: flags.prompt, row: {}, line: 1 }];
    const [prompt] = tokenizePrompts(sampler.lm, rows, maxNewTokens, '--prompt', env.turns);
    const view = await inspect(sampler, prompt, {
      candidates,
      maxNewTokens,
      signal,
      ...given({ completion, seed, beta, temperature }),
    });
    // The number of an action may be that of an end-of-sequence token.
    const ends = new Set(env.actions ? [] : sampler.lm.info.eosTokenIds);
    return { view, text: renderInspection(view, ends, { ...env, kind: sampler.lm.info.kind }) };
  } finally {
    await sampler.close();
  }
}

async function inspectWorld(
  run: TrainedWorldRun,
  { seed, steps }: InspectFlags,
  command: Command,
  signal: AbortSignal,
): Promise<Shown> {
  if (isGridWorld(run.config)) {
    refuseOptions(
      command,
      ['--seed', '--steps'],
      'of a grid world every cell is shown, and no episode is played',
    );
    const view = await inspectGridWorld(run);
    return { view, text: renderGridWorld(view) };
  }
  const view = await inspectEpisode(run, { signal, ...given({ seed, steps }) });
  return { view, text: renderEpisode(view) };
}
