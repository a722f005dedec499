import { statSync } from 'node:fs';
import { Command } from 'commander';
import { InputError, resolveBundled } from '../../common/index.js';
import { loadConfig, type RunConfig } from '../../config/index.js';
import { loadPrompts } from '../../data/index.js';
import { readRewardModel } from '../../reward/index.js';
import { type GivenCompletion, givenCompletions, scoreTexts } from '../../sample/index.js';
import { downloadDisplay } from '../downloads.js';
import { interruptSignal } from '../interrupt.js';
import { repeated } from '../options.js';
import { tableLines } from '../table.js';

interface RewardScoreFlags {
  prompt: string[];
  completion: string[];
  file?: string;
  config?: string;
  lm?: string;
  set: string[];
  json?: boolean;
}

/** Characters of a text in the table. */
const SHOWN = 60;

/** `tokenq reward score` */
export function rewardScoreCommand(): Command {
  return new Command('score')
    .description('score texts with any reward')
    .argument('[reward]', "a reward model's directory, a built-in reward or a module of your own")
    .option(
      '--prompt <text>',
      'a prompt; may be repeated, one for each completion or one for all',
      repeated,
      [],
    )
    .option('--completion <text>', 'a completion; may be repeated', repeated, [])
    .option('--file <file>', "texts with a 'prompt' and a 'completion' each: .jsonl or .csv")
    .option('--config <file>', 'take the reward and the language model of this configuration')
    .option(
      '--lm <id-or-dir>',
      "the language model that counts tokens (default: the reward model's, or the configuration's)",
    )
    .option('--set <key=value>', 'override any configuration key; may be repeated', repeated, [])
    .option('--json', 'print one JSON document on stdout')
    .action(async (reward: string | undefined, { json, ...flags }: RewardScoreFlags) => {
      const config = configOf(reward, flags);
      const completions = completionsOf(flags);
      const scores = await score(completions, config);
      process.stdout.write(json ? document(completions, scores) : table(completions, scores));
    });
}

function configOf(
  reward: string | undefined,
  { config, lm, set }: Pick<RewardScoreFlags, 'config' | 'lm' | 'set'>,
): RunConfig {
  if (reward === undefined && config === undefined && !set.some((each) => each.startsWith('reward'))) {
    throw new InputError(
      "name what to score with: a reward model's directory, a reward, a module, or --config",
    );
  }
  const named = reward === undefined ? undefined : namedReward(reward);
  const overrides = Object.entries(named ?? {}).map(
    ([key, value]) => `reward.${key}=${JSON.stringify(value)}`,
  );
  const own = named?.model === undefined || lm !== undefined ? { id: lm } : lmOf(named.model);
  return loadConfig(config, [...overrides, ...set], { lm: own }).config;
}

/** A reward model's own language model, so that only one is opened. */
function lmOf(directory: string) {
  const { id, dtype, revision } = readRewardModel(directory).lm;
  return { id, dtype, revision };
}

function namedReward(reward: string): { type: string; model?: string } {
  const path = resolveBundled(reward);
  return isDirectory(path) ? { type: 'preference', model: path } : { type: reward };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function completionsOf({ prompt, completion, file }: RewardScoreFlags): GivenCompletion[] {
  if (file !== undefined) {
    if (prompt.length + completion.length > 0) {
      throw new InputError('--file excludes --prompt and --completion');
    }
    return givenCompletions(loadPrompts(file), file);
  }
  if (completion.length === 0) throw new InputError('no text to score: give --completion, or --file');
  if (prompt.length !== 1 && prompt.length !== completion.length) {
    throw new InputError(
      `${prompt.length} --prompt for ${completion.length} --completion: give one for each, or one for all`,
    );
  }
  return completion.map((text, i) => ({
    prompt: prompt.length === 1 ? prompt[0] : prompt[i],
    completion: text,
    row: {},
    line: i + 1,
  }));
}

async function score(
  completions: readonly GivenCompletion[],
  { reward, lm }: RunConfig,
): Promise<Float32Array> {
  const downloads = downloadDisplay();
  const interrupt = interruptSignal(() => process.stderr.write('stopping ...\n'));
  try {
    return await scoreTexts(completions, {
      ...{ reward, lm, signal: interrupt.signal },
      onDownload: (progress) => downloads.onDownload(progress),
      note: (line) => process.stderr.write(`${line}\n`),
    });
  } finally {
    downloads.end();
    interrupt.release();
  }
}

function document(completions: readonly GivenCompletion[], scores: Float32Array): string {
  const rows = completions.map(({ prompt, completion }, i) => ({ prompt, completion, score: scores[i] }));
  return `${JSON.stringify({ scores: rows })}\n`;
}

function table(completions: readonly GivenCompletion[], scores: Float32Array): string {
  const rows = completions.map(({ prompt, completion }, i) => [
    scores[i].toFixed(4),
    shortened(prompt),
    shortened(completion),
  ]);
  return `${tableLines([['score', 'prompt', 'completion'], ...rows]).join('\n')}\n`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}\u2026` : line;
}
