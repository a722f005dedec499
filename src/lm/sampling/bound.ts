/** Which tokens of a row may be drawn: those with larger logits, and of those with this one the ids up to `lastEqual`. */
export interface Bound {
  least: number;
  lastEqual: number;
}
