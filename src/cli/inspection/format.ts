import type { LmInfo } from '../../lm/index.js';

/** With three decimals and a sign; what rounds to 0 is `+0.000`. */
export function signed(value: number): string {
  const text = value.toFixed(3).replace(/^-(0\.0+)$/, '$1');
  return text.startsWith('-') ? text : `+${text}`;
}

/** What completions are: texts to choose among, the answers of a dialogue, or what an encoder-decoder makes of a source. */
export interface CompletionKind {
  actions?: readonly string[] | undefined;
  turns?: number | undefined;
  kind: LmInfo['kind'];
}

/** What stands between a prompt and its completion. */
export function separatorOf({ actions, turns, kind }: CompletionKind): string {
  if (actions) return ' \u2192 ';
  return turns === undefined && kind === 'decoder' ? '' : '\n';
}
