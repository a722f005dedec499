/**
 * A binary tree over slots with weights, every node the sum of its two children: a weight is set, and the slot at
 * some point of the cumulated weights is found, in logarithmic time (Schaul et al. 2016, "Prioritized Experience
 * Replay", arXiv 1511.05952, appendix B.2.1). The sums depend on the weights alone, not on how they came about.
 */
export class SumTree {
  /** Node `i` has the children `2i` and `2i + 1`; 1 is the root, and the leaves are the slots. */
  readonly #nodes: Float64Array;
  readonly #leaves: number;

  /** @param slots how many slots there are; all weigh 0 at first */
  constructor(slots: number) {
    this.#nodes = new Float64Array(nodesOf(slots));
    this.#leaves = this.#nodes.length / 2;
  }

  /** The sum of all weights. */
  get total(): number {
    return this.#nodes[1];
  }

  /** The weight of a slot. */
  get(slot: number): number {
    return this.#nodes[this.#leaves + slot];
  }

  /** Sets the weight of a slot, at least 0. */
  set(slot: number, weight: number): void {
    let node = this.#leaves + slot;
    this.#nodes[node] = weight;
    for (node >>= 1; node > 0; node >>= 1) {
      this.#nodes[node] = this.#nodes[2 * node] + this.#nodes[2 * node + 1];
    }
  }

  /**
   * The slot that a point of the cumulated weights falls in: the first whose weight and those before it sum to more
   * than `point`. A slot of weight 0 is never found, whatever the rounding, unless all are.
   * @param point from 0 to {@link total}
   */
  find(point: number): number {
    let node = 1;
    let left = point;
    while (node < this.#leaves) {
      node *= 2;
      if (left >= this.#nodes[node] && this.#nodes[node + 1] > 0) {
        left -= this.#nodes[node];
        node++;
      }
    }
    return node - this.#leaves;
  }
}

/** Length of the array of a tree's nodes: two for each slot, once their number is rounded up to a power of two. */
export function nodesOf(slots: number): number {
  return 2 * 2 ** Math.ceil(Math.log2(slots));
}
