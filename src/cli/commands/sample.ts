import { Command, Option } from 'commander';
import { InputError } from '../../common/index.js';
import type { ChatMessage } from '../../data/index.js';
import type { DeviceChoice, OpenLmOptions, SamplingOptions } from '../../lm/index.js';
import {
  openRun,
  type Sample,
  type SampleOptions,
  spoken,
  type TextPrompt,
  textRunOf,
  tokenizePrompts,
} from '../../sample/index.js';
import { colour } from '../colour.js';
import { separatorOf } from '../inspection/format.js';
import { interruptSignal } from '../interrupt.js';
import {
  device,
  given,
  nonNegative,
  positive,
  positiveWholeNumber,
  probability,
  repeated,
  wholeNumber,
} from '../options.js';
import { promptRows } from '../promptRows.js';
import { refuseOptions } from '../refuseOptions.js';
import { lmGenerator, runGenerator, type TextGenerator } from '../textGenerator.js';

interface SampleFlags
  extends Pick<
    SamplingOptions,
    'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty' | 'noRepeatNgramSize'
  > {
  lm?: string;
  dtype?: string;
  sourceLanguage?: string;
  targetLanguage?: string;
  prompt?: string;
  prompts?: string;
  beta?: number;
  n: number;
  maxNewTokens?: number;
  badWord: string[];
  stop: string[];
  stream?: boolean;
  base?: boolean;
  checkpoint: string;
  device?: DeviceChoice;
  seed: number;
  json?: boolean;
}

/** Options for language models as they are. */
const lmOnly = ['--dtype', '--source-language', '--target-language'];

/** Options for runs that generate token by token. */
const generationOnly = [
  ...['--max-new-tokens', '--stop', '--stream'],
  ...['--repetition-penalty', '--no-repeat-ngram-size', '--bad-word'],
];
/** Options that narrow what a token is drawn from. */
const filterOptions = ['--top-k', '--top-p', '--min-p'];
/** Options for runs. */
const headOnly = ['--beta', '--base', '--checkpoint'];

/** `tokenq sample` */
export function sampleCommand(): Command {
  return new Command('sample')
    .description('generate with a trained head, or with a language model as it is')
    .argument('[run]', "a run's directory")
    .option('--lm <dir|id>', 'instead of a run: a language model')
    .option(
      '--dtype <dtype>',
      "with --lm: which of the model's files, such as fp32 or q4 (default: the best there)",
    )
    .option(
      '--source-language <code>',
      "with --lm: the prompts' language, such as eng_Latn, where it knows many",
    )
    .option('--target-language <code>', 'with --lm: the language that is translated into, such as fra_Latn')
    .option('--prompt <text>', 'one prompt')
    .option('--prompts <file>', 'prompts: .txt, .jsonl or .csv (default: a prompt a line from stdin)')
    .option('--beta <b>', 'weight of the advantage (default: the calibrated one)', nonNegative)
    .option('--n <n>', 'completions per prompt', positiveWholeNumber, 1)
    .option('--max-new-tokens <n>', "most new tokens (default: the run's; with --lm 32)", positiveWholeNumber)
    .option(
      '--temperature <t>',
      "temperature of the base policy; 0: the likeliest token (default: the run's; with --lm 1)",
      nonNegative,
    )
    .option('--top-k <k>', 'sample among the k likeliest tokens', positiveWholeNumber)
    .option('--top-p <p>', 'sample among the likeliest tokens that reach this probability', probability)
    .option(
      '--min-p <p>',
      "sample among tokens with at least p times the likeliest one's probability",
      probability,
    )
    .option('--repetition-penalty <x>', 'divide the logits of tokens that were there by x; 1: none', positive)
    .addOption(noRepeatNgramSize())
    .option('--bad-word <text>', 'a text that is not written; may be repeated', repeated, [])
    .option('--stop <text>', 'end a completion at this text; may be repeated', repeated, [])
    .option('--stream', 'print text as it is generated (one prompt, n 1)')
    .option('--base', 'the base model, without the head')
    .option('--checkpoint <name>', 'last, best or the number of a step', 'last')
    .option(
      '--device <device>',
      "where the model runs: cpu, webgpu, cuda or auto (default: the run's; with --lm cpu)",
      device,
    )
    .option('--seed <n>', 'seed of the random numbers', wholeNumber, 0)
    .option('--json', 'print one JSON document on stdout')
    .action(runSample);
}

function noRepeatNgramSize(): Option {
  const option = new Option('--no-repeat-ngram-size <n>', 'no n tokens in a row come twice, prompt included');
  // Commander takes an option that begins with 'no' for the opposite of another one.
  option.negate = false;
  return option.argParser(positiveWholeNumber);
}

async function runSample(run: string | undefined, flags: SampleFlags, command: Command): Promise<void> {
  if (flags.base && flags.beta !== undefined) throw new InputError('--base and --beta exclude each other');
  if (flags.temperature === 0)
    refuseOptions(command, filterOptions, '--temperature 0 takes the likeliest token');
  const source = sourceOf(run, flags, command);
  const { rows, source: file } = await promptRows(flags, source.turns);
  if (flags.stream && (rows.length > 1 || flags.n > 1 || flags.json)) {
    throw new InputError('--stream takes one prompt, --n 1 and no --json');
  }
  const interrupt = interruptSignal(() => {});
  const generator = await source.open(interrupt.signal);
  try {
    const { env } = generator;
    if (env.actions)
      refuseOptions(command, generationOnly, `${run} chooses among the actions of env.actions`);
    const maxNewTokens = flags.maxNewTokens ?? env.maxNewTokens;
    const prompts = tokenizePrompts(generator.lm, rows, maxNewTokens, file, source.turns);
    const separator = separatorOf({ ...env, kind: generator.lm.info.kind });
    if (flags.stream) process.stdout.write(before(prompts[0], separator));
    const samples = await generator.sample(prompts, {
      ...sampleOptions(flags, maxNewTokens),
      signal: interrupt.signal,
      ...(flags.stream ? { onText: (text) => process.stdout.write(text) } : {}),
    });
    if (flags.stream) process.stdout.write('\n');
    else process.stdout.write(flags.json ? `${JSON.stringify({ samples })}\n` : plain(samples, separator));
  } finally {
    interrupt.release();
    await generator.close();
  }
}

/** What generates, not opened yet. */
interface Source {
  /** `env.turns` of a run of dialogues. */
  turns: number | undefined;
  open(signal: AbortSignal): Promise<TextGenerator>;
}

/** The run or the language model that is named. @throws InputError unless it is one of the two. */
function sourceOf(run: string | undefined, flags: SampleFlags, command: Command): Source {
  const { lm } = flags;
  if (lm !== undefined && run === undefined) {
    refuseOptions(command, headOnly, '--lm names a language model as it is, which has no head');
    return { turns: undefined, open: (signal) => lmGenerator(lm, openingOf(flags), signal) };
  }
  if (run === undefined) throw new InputError("give a run's directory, or a language model with --lm");
  if (lm !== undefined) throw new InputError(`${run} and --lm exclude each other: a run has its own model`);
  refuseOptions(command, lmOnly, 'only a model that --lm names is opened so');
  const { turns } = textRunOf(openRun(run, flags.checkpoint)).config.env;
  return { turns, open: (signal) => runGenerator(run, flags, signal) };
}

/** How the language model is opened. */
function openingOf({ dtype, device: where, sourceLanguage, targetLanguage }: SampleFlags): OpenLmOptions {
  const languages = given({ source: sourceLanguage, target: targetLanguage });
  const isAsked = Object.keys(languages).length > 0;
  return given({ dtype, device: where, languages: isAsked ? languages : undefined });
}

function sampleOptions(flags: SampleFlags, maxNewTokens: number): SampleOptions {
  const { n, temperature, topK, topP, minP, repetitionPenalty, noRepeatNgramSize, stop, seed } = flags;
  const beta = flags.base ? 0 : flags.beta;
  const chosen = { temperature, topK, topP, minP, repetitionPenalty, noRepeatNgramSize };
  return { n, stop, seed, maxNewTokens, badWords: flags.badWord, ...given({ beta, ...chosen }) };
}

/** What stands before streamed text. */
function before({ text, messages }: TextPrompt, separator: string): string {
  if (!messages) return `${colour.dim(text)}${separator}`;
  return `${chat(messages)}\n\n${spoken({ role: 'assistant', content: '' })}`;
}

function plain(samples: readonly Sample[], separator: string): string {
  const texts = samples.map(({ prompt, completion, messages }) =>
    messages ? chat(messages) : `${colour.dim(prompt)}${separator}${completion}`,
  );
  return texts.map((text) => `${text}\n`).join('\n');
}

/** A conversation, a message a paragraph. */
function chat(messages: readonly ChatMessage[]): string {
  return messages
    .map((message) => (message.role === 'assistant' ? spoken(message) : colour.dim(spoken(message))))
    .join('\n\n');
}
