import { Command } from 'commander';
import { InputError } from '../../common/index.js';
import { loadPrompts, type PromptRow } from '../../data/index.js';
import { type Sample, type SampleOptions, tokenizePrompts } from '../../sample/index.js';
import { colour } from '../colour.js';
import { separatorOf } from '../inspection/format.js';
import { interruptSignal } from '../interrupt.js';
import { openSampler } from '../openSampler.js';
import { given, nonNegative, positiveWholeNumber, probability, repeated, wholeNumber } from '../options.js';
import { refuseOptions } from '../refuseOptions.js';

interface SampleFlags {
  prompt?: string;
  prompts?: string;
  beta?: number;
  n: number;
  maxNewTokens?: number;
  temperature?: number;
  topK?: number;
  topP?: number;
  stop: string[];
  stream?: boolean;
  base?: boolean;
  checkpoint: string;
  seed: number;
  json?: boolean;
}

/** Options for runs that generate token by token. */
const generationOnly = ['--max-new-tokens', '--stop', '--stream'];

/** `tokenq sample` */
export function sampleCommand(): Command {
  return new Command('sample')
    .description('generate with a trained head')
    .argument('<run>', "a run's directory")
    .option('--prompt <text>', 'one prompt')
    .option('--prompts <file>', 'prompts: .txt, .jsonl or .csv (default: a prompt a line from stdin)')
    .option('--beta <b>', 'weight of the advantage (default: the calibrated one)', nonNegative)
    .option('--n <n>', 'completions per prompt', positiveWholeNumber, 1)
    .option('--max-new-tokens <n>', "most new tokens (default: the run's)", positiveWholeNumber)
    .option('--temperature <t>', 'temperature of the base policy; 0: the likeliest token', nonNegative)
    .option('--top-k <k>', 'sample among the k likeliest tokens', positiveWholeNumber)
    .option('--top-p <p>', 'sample among the likeliest tokens that reach this probability', probability)
    .option('--stop <text>', 'end a completion at this text; may be repeated', repeated, [])
    .option('--stream', 'print text as it is generated (one prompt, n 1)')
    .option('--base', 'the base model, without the head')
    .option('--checkpoint <name>', 'last, best or the number of a step', 'last')
    .option('--seed <n>', 'seed of the random numbers', wholeNumber, 0)
    .option('--json', 'print one JSON document on stdout')
    .action(runSample);
}

async function runSample(run: string, flags: SampleFlags, command: Command): Promise<void> {
  if (flags.base && flags.beta !== undefined) throw new InputError('--base and --beta exclude each other');
  const { rows, source } = await promptRows(flags);
  if (flags.stream && (rows.length > 1 || flags.n > 1 || flags.json)) {
    throw new InputError('--stream takes one prompt, --n 1 and no --json');
  }
  const interrupt = interruptSignal(() => {});
  const sampler = await openSampler(run, flags.checkpoint, interrupt.signal);
  try {
    const { env } = sampler.run.config;
    if (env.actions)
      refuseOptions(command, generationOnly, `${run} chooses among the actions of env.actions`);
    const maxNewTokens = flags.maxNewTokens ?? env.maxNewTokens;
    const prompts = tokenizePrompts(sampler.lm, rows, maxNewTokens, source);
    if (flags.stream) process.stdout.write(colour.dim(prompts[0].text));
    const samples = await sampler.sample(prompts, {
      ...sampleOptions(flags, maxNewTokens),
      signal: interrupt.signal,
      ...(flags.stream ? { onText: (text) => process.stdout.write(text) } : {}),
    });
    if (flags.stream) process.stdout.write('\n');
    else
      process.stdout.write(
        flags.json ? `${JSON.stringify({ samples })}\n` : plain(samples, separatorOf(env)),
      );
  } finally {
    interrupt.release();
    await sampler.close();
  }
}

function sampleOptions(flags: SampleFlags, maxNewTokens: number): SampleOptions {
  const { n, temperature, topK, topP, stop, seed } = flags;
  const beta = flags.base ? 0 : flags.beta;
  return { n, stop, seed, maxNewTokens, ...given({ beta, temperature, topK, topP }) };
}

async function promptRows({ prompt, prompts }: SampleFlags): Promise<{ rows: PromptRow[]; source: string }> {
  if (prompt !== undefined && prompts !== undefined) {
    throw new InputError('--prompt and --prompts exclude each other');
  }
  if (prompts !== undefined) return { rows: loadPrompts(prompts), source: prompts };
  if (prompt !== undefined) return { rows: [textRow(prompt, 1)], source: '--prompt' };
  if (process.stdin.isTTY) throw new InputError('no prompt: give --prompt, --prompts, or text on stdin');
  const lines = (await readAll(process.stdin)).split(/\r?\n/);
  const rows = lines.map((line, i) => textRow(line, i + 1)).filter((row) => row.prompt.trim() !== '');
  if (rows.length === 0) throw new InputError('stdin holds no prompt');
  return { rows, source: 'stdin' };
}

function textRow(prompt: string, line: number): PromptRow {
  return { prompt, row: {}, line };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const piece of stream) text += String(piece);
  return text;
}

function plain(samples: readonly Sample[], separator: string): string {
  return samples
    .map(({ prompt, completion }) => `${colour.dim(prompt)}${separator}${completion}\n`)
    .join('\n');
}
