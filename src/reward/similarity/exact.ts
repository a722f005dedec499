/**
 * 1 for a text that is one of the references, but for the white space around it; else 0.
 * @param ignoreCase Whether upper and lower case are the same.
 */
export function exact(text: string, references: readonly string[], ignoreCase: boolean): number {
  const plain = (text: string) => (ignoreCase ? text.trim().toLowerCase() : text.trim());
  return references.map(plain).includes(plain(text)) ? 1 : 0;
}
