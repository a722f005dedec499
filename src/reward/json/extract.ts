/** A value that was parsed, which may be null. */
export interface Parsed {
  value: unknown;
}

/** Places where JSON could begin that are tried, so that a text of brackets takes no quadratic time. */
const TRIES = 100;
const FENCE = /^[ \t]*(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^[ \t]*\1[ \t]*$/m;

/** Where JSON is looked for in a text. */
export const extractors: Record<'whole' | 'fenced' | 'first', (text: string) => Parsed | undefined> = {
  whole: parse,
  fenced: (text) => {
    const [, , inside] = FENCE.exec(text) ?? [];
    return inside === undefined ? undefined : parse(inside);
  },
  first: (text) => {
    let tries = 0;
    for (const { index } of text.matchAll(/[{[]/g)) {
      const end = endOf(text, index);
      const found = end === undefined ? undefined : parse(text.slice(index, end));
      if (found !== undefined || ++tries === TRIES) return found;
    }
    return undefined;
  },
};

function parse(text: string): Parsed | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The end of the object or list that begins at `start`: where as many brackets were closed as opened, outside of strings. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  for (const { 0: found, index } of text.slice(start).matchAll(/"(?:[^"\\]|\\[\s\S])*"|[{[]|[}\]]/g)) {
    if (found === '{' || found === '[') depth++;
    else if (found === '}' || found === ']') depth--;
    if (depth === 0) return start + index + 1;
  }
  return undefined;
}
