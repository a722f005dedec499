/** With three decimals and a sign; what rounds to 0 is `+0.000`. */
export function signed(value: number): string {
  const text = value.toFixed(3).replace(/^-(0\.0+)$/, '$1');
  return text.startsWith('-') ? text : `+${text}`;
}

/** What a run's completions are: texts that it chooses among, or the answers of a dialogue. */
export interface CompletionKind {
  actions?: readonly string[] | undefined;
  turns?: number | undefined;
}

/** What stands between a prompt and its completion. */
export function separatorOf({ actions, turns }: CompletionKind): string {
  if (actions) return ' \u2192 ';
  return turns === undefined ? '' : '\n';
}
