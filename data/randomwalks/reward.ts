import { readFileSync } from 'node:fs';
import type { RewardItem } from '../../src/reward/index.js';

/** What `make_walks.py` wrote. Lengths count nodes, the start and the goal among them. */
export interface WalkGraph {
  seed: number;
  goal: string;
  maxLength: number;
  /** For each node, where its edges lead, and the length of the shortest walk from it to the goal. */
  nodes: Readonly<Record<string, { to: string; shortest: number }>>;
}

export const graph: WalkGraph = JSON.parse(readFileSync(new URL('graph.json', import.meta.url), 'utf8'));

/**
 * Optimality of a walk, such as `sda`, as trlX's randomwalks example defines it: `(10 - length) / (10 - shortest)`,
 * where `length` is the nodes up to the goal. So 1 is a shortest walk; 0 is one of 10 nodes, one that takes an edge
 * that is not there, or one that does not reach the goal. What stands after the goal does not count.
 */
export function optimality(walk: string): number {
  const { goal, maxLength, nodes } = graph;
  const length = walk.indexOf(goal) + 1;
  if (length === 0 || length > maxLength) return 0;
  for (let i = 1; i < length; i++) {
    if (!nodes[walk[i - 1]]?.to.includes(walk[i])) return 0;
  }
  return (maxLength - length) / (maxLength - nodes[walk[0]].shortest);
}

export default {
  name: 'optimality',
  score: (batch: readonly RewardItem[]) => batch.map((item) => optimality(item.prompt + item.completion)),
};
