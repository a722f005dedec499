import { Command } from 'commander';
import pc from 'picocolors';
import { InputError } from '../../common/index.js';
import {
  type CandidateView,
  type Inspection,
  inspect,
  Sampler,
  type StepView,
  tokenizePrompts,
} from '../../sample/index.js';
import { interruptSignal } from '../interrupt.js';
import { given, nonNegative, positiveWholeNumber, wholeNumber } from '../options.js';

interface InspectFlags {
  prompt: string;
  completion?: string;
  candidates: number;
  beta?: number;
  maxNewTokens?: number;
  temperature?: number;
  checkpoint: string;
  seed?: number;
  json?: boolean;
}

/** `tokenq inspect` */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('show what the head thinks at every token of a completion')
    .argument('<run>', "a run's directory")
    .requiredOption('--prompt <text>', 'the prompt')
    .option('--completion <text>', 'look into this completion (default: sample one)')
    .option('--candidates <n>', 'candidates to show for every token', positiveWholeNumber, 5)
    .option('--beta <b>', 'weight of the advantage (default: the calibrated one)', nonNegative)
    .option('--max-new-tokens <n>', "most new tokens (default: the run's)", positiveWholeNumber)
    .option('--temperature <t>', 'temperature of the base policy; 0: the likeliest token', nonNegative)
    .option('--checkpoint <name>', 'last, best or the number of a step', 'last')
    .option('--seed <n>', 'seed of a sampled completion', wholeNumber)
    .option('--json', 'print one JSON document on stdout')
    .action(runInspect);
}

async function runInspect(run: string, flags: InspectFlags): Promise<void> {
  if (flags.completion !== undefined && flags.seed !== undefined) {
    throw new InputError('--seed is for a sampled completion: leave it out with --completion');
  }
  const sampler = await Sampler.open(run, flags.checkpoint);
  const interrupt = interruptSignal(() => {});
  try {
    const { candidates, seed, completion, beta, temperature } = flags;
    const maxNewTokens = flags.maxNewTokens ?? sampler.run.config.env.maxNewTokens;
    const rows = [{ prompt: flags.prompt, row: {}, line: 1 }];
    const [prompt] = tokenizePrompts(sampler.lm, rows, maxNewTokens, '--prompt');
    const inspection = await inspect(sampler, prompt, {
      candidates,
      maxNewTokens,
      signal: interrupt.signal,
      ...given({ completion, seed, beta, temperature }),
    });
    const text = flags.json
      ? JSON.stringify(inspection)
      : render(inspection, new Set(sampler.lm.info.eosTokenIds));
    process.stdout.write(`${text}\n`);
  } finally {
    interrupt.release();
    await sampler.close();
  }
}

/** Colours on a terminal only. */
const colour = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

/** Columns of a token's text; longer ones are cut. */
const TEXT_WIDTH = 16;
/** Columns of a bar for probability 1. */
const BAR_WIDTH = 40;
const LEGEND =
  '> taken   Q = v + A   final ~ base exp(beta A)   KL and H (entropy) in nats   █ kept ▓ gained ░ lost';

function render({ prompt, completion, beta, steps }: Inspection, ends: ReadonlySet<number>): string {
  const kl = steps.reduce((sum, step) => sum + step.kl, 0) / steps.length;
  return [
    `${colour.dim(prompt)}${completion}`,
    '',
    `${steps.length} tokens at beta ${beta.toFixed(1)}, KL ${kl.toFixed(3)} nats per token`,
    colour.dim(LEGEND),
    ...steps.flatMap((step, t) => [
      '',
      stepLine(step, t + 1, ends),
      ...step.candidates.map((c) => candidateLine(c, ends)),
    ]),
  ].join('\n');
}

function stepLine(step: StepView, number: number, ends: ReadonlySet<number>): string {
  const { value, kl, entropy } = step;
  const label = `${String(number).padStart(4)} ${toColumns(shown(step, ends), TEXT_WIDTH)}  `;
  const columns = `${'base'.padStart(7)}${'A'.padStart(8)}${'Q'.padStart(8)}${'final'.padStart(8)}`;
  const uncertainty = `H ${entropy.base.toFixed(2)} -> ${entropy.final.toFixed(2)}`;
  const state = `v ${signed(value)}  KL ${kl.toFixed(3)}  ${uncertainty}`;
  return `${colour.bold(label)}${colour.dim(columns)}  ${colour.bold(state)}`;
}

function candidateLine(candidate: CandidateView, ends: ReadonlySet<number>): string {
  const { base, final, advantage, q, taken } = candidate;
  const text = toColumns(shown(candidate, ends), TEXT_WIDTH);
  const label = `   ${taken ? '>' : ' '} ${text}  `;
  const byAdvantage = advantage < 0 ? colour.red : colour.green;
  return [
    taken ? colour.bold(label) : label,
    percent(base).padStart(7),
    byAdvantage(signed(advantage).padStart(8)),
    signed(q).padStart(8),
    percent(final).padStart(8),
    '  ',
    bar(base, final),
  ]
    .join('')
    .trimEnd();
}

/** How far the final probability reaches, and what it gained or lost against the base. */
function bar(base: number, final: number): string {
  const cells = (p: number) => Math.round(p * BAR_WIDTH);
  const kept = cells(Math.min(base, final));
  const change = cells(Math.max(base, final)) - kept;
  return (
    colour.dim('█'.repeat(kept)) +
    (final < base ? colour.red('░'.repeat(change)) : colour.green('▓'.repeat(change)))
  );
}

/** A token's text with its spaces visible, on one line. */
export function shown({ token, text }: Pick<StepView, 'token' | 'text'>, ends: ReadonlySet<number>): string {
  if (ends.has(token)) return '<end>';
  // A special token, or a piece of a character.
  if (text === '' || text.includes('\uFFFD')) return `<${token}>`;
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`)
    .replace(/\p{Zs}/gu, '·');
}

/** The text padded or cut to so many columns of a terminal. */
export function toColumns(text: string, width: number): string {
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  const total = characters.reduce((sum, character) => sum + columnsOf(character), 0);
  if (total <= width) return text + ' '.repeat(width - total);
  let cut = '';
  let used = 0;
  for (const character of characters) {
    used += columnsOf(character);
    if (used > width - 1) break;
    cut += character;
  }
  return toColumns(`${cut}…`, width);
}

/** Pictures and the letters of East Asia take two columns. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\u{20000}-\u{3fffd}]/u;

function columnsOf(character: string): number {
  return WIDE.test(character) ? 2 : 1;
}

/** In seven columns, finer where it is small. */
function percent(p: number): string {
  if (p < 5e-6) return '<0.001%';
  return `${(100 * p).toFixed(p < 1e-3 ? 3 : 1)}%`;
}

function signed(value: number): string {
  const text = value.toFixed(3).replace(/^-(0\.0+)$/, '$1');
  return text.startsWith('-') ? text : `+${text}`;
}
