/** A text up to the first stop text in it, and whether there was one. */
export function cutAtStop(text: string, stop: readonly string[]): { text: string; ended: boolean } {
  const ends = stop.map((end) => text.indexOf(end)).filter((at) => at >= 0);
  return ends.length > 0 ? { text: text.slice(0, Math.min(...ends)), ended: true } : { text, ended: false };
}
