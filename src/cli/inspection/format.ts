/** With three decimals and a sign; what rounds to 0 is `+0.000`. */
export function signed(value: number): string {
  const text = value.toFixed(3).replace(/^-(0\.0+)$/, '$1');
  return text.startsWith('-') ? text : `+${text}`;
}

/** The texts that a run chooses among, where it does. */
export interface ActionTexts {
  actions?: readonly string[] | undefined;
}

/** What stands between a prompt and its completion: nothing, but before a choice among given texts. */
export function separatorOf({ actions }: ActionTexts): string {
  return actions ? ' \u2192 ' : '';
}
