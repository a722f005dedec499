/** What separates words for Python: Unicode white space, and four control characters besides (U+001C to U+001F). */
const SPACE = `[\\p{White_Space}${String.fromCharCode(0x1c, 0x1d, 0x1e, 0x1f)}]`;
const SPACES = new RegExp(`${SPACE}+`, 'u');
const ONE_SPACE = new RegExp(SPACE, 'u');

/** The words of a text as Python's `str.split()` finds them. */
export function splitWords(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '');
}

/** The text without the white space at its end: Python's `str.rstrip()`. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ONE_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
