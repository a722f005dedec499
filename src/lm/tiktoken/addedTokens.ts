/**
 * A test whether a text holds one of some tokens anywhere. Models may have a thousand of them, most beginning alike (`<|`),
 * so texts without those beginnings are told apart first.
 */
export function holdsAnyOf(tokens: readonly string[]): (text: string) => boolean {
  const beginnings = [...new Set(tokens.map((token) => token.slice(0, 2)))];
  const holds = (text: string) => (part: string) => text.includes(part);
  return (text) => beginnings.some(holds(text)) && tokens.some(holds(text));
}
