import type { CandidateView, Inspection, StepView } from '../../sample/index.js';
import { colour } from '../colour.js';
import { type CompletionKind, separatorOf, signed } from './format.js';

/** Columns of a token's text; longer ones are cut. */
const TEXT_WIDTH = 16;
/** Columns of a bar for probability 1. */
const BAR_WIDTH = 40;
const LEGEND =
  '> taken   Q = v + A   final ~ base exp(beta A)   KL and H (entropy) in nats   █ kept ▓ gained ░ lost';

/**
 * The inspection of a completion, token by token, or of a choice.
 * @param ends end-of-sequence tokens
 * @param kind what the run's completions are
 */
export function renderInspection(
  { prompt, completion, beta, steps }: Inspection,
  ends: ReadonlySet<number>,
  kind: CompletionKind,
): string {
  const kl = steps.reduce((sum, step) => sum + step.kl, 0) / steps.length;
  const made = kind.actions ? 'a choice' : `${steps.length} token${steps.length === 1 ? '' : 's'}`;
  return [
    `${colour.dim(prompt)}${separatorOf(kind)}${completion}`,
    '',
    `${made} at beta ${beta.toFixed(1)}, KL ${kl.toFixed(3)} nats per ${kind.actions ? 'choice' : 'token'}`,
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
