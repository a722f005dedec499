import { Command } from 'commander';
import { InputError } from '../../common/index.js';
import { type CheckDataOptions, checkData, type DataReport, type TokenCounter } from '../../data/index.js';
import { completionTokens, type Lm, openLm } from '../../lm/index.js';
import { problemsOf, renderData } from '../dataReport.js';
import { downloadDisplay } from '../downloads.js';
import { interruptSignal } from '../interrupt.js';
import { given } from '../options.js';

interface CheckFlags {
  split?: string;
  against?: string;
  lm?: string;
  json?: boolean;
}

/** `tokenq data` */
export function dataCommand(): Command {
  return new Command('data')
    .description('look into prompts, completions and preferences')
    .addCommand(checkCommand());
}

function checkCommand(): Command {
  return new Command('check')
    .description('count what a dataset holds, and find what is wrong with it')
    .argument(
      '<file|id>',
      'prompts, scored or ranked completions, or preferences; a file, or owner/name on the hub',
    )
    .option('--split <name>', "the part of a hub's dataset (default: train)")
    .option(
      '--against <file|id>',
      'a dataset that must not share prompts with it, such as the evaluation set',
    )
    .option('--lm <dir|id>', 'count lengths in tokens of this language model too')
    .option('--json', 'print one JSON document on stdout')
    .action(runCheck);
}

async function runCheck(source: string, { json, ...flags }: CheckFlags): Promise<void> {
  const report = await check(source, flags);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : renderData(report));
  const problems = problemsOf(report);
  if (problems !== undefined) throw new InputError(problems);
}

async function check(source: string, { lm: id, split, against }: CheckFlags): Promise<DataReport> {
  const downloads = downloadDisplay();
  const interrupt = interruptSignal(() => process.stderr.write('stopping ...\n'));
  const opening: Pick<CheckDataOptions, 'onDownload' | 'signal'> = {
    onDownload: (progress) => downloads.onDownload(progress),
    signal: interrupt.signal,
  };
  let lm: Lm | undefined;
  try {
    // The timing that chooses a number of threads says nothing about lengths.
    lm = id === undefined ? undefined : await openLm(id, { threads: 1, ...opening });
    const tokens = lm && tokenCounter(lm);
    return await checkData(source, { ...given({ split, against, tokens }), ...opening });
  } finally {
    downloads.end();
    interrupt.release();
    await lm?.close();
  }
}

function tokenCounter(lm: Lm): TokenCounter {
  const tokensOf: (asked: Parameters<TokenCounter['prompt']>[0]) => number[] = ({ prompt, messages }) =>
    messages ? lm.tokenizer.chat(messages) : lm.tokenizer.encode(prompt);
  return {
    prompt: (asked) => tokensOf(asked).length,
    completion: (asked, text) => {
      const { prompt, ...chat } = asked;
      return completionTokens(lm, { text: prompt, ...chat, tokens: tokensOf(asked) }, text).length;
    },
  };
}
