import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graph, optimality } from '../../data/randomwalks/reward.js';
import { loadPrompts } from '../../src/data/index.js';
import { greedy, type Lm, openLm } from '../../src/lm/index.js';
import { createReward, scoreAll } from '../../src/reward/index.js';

const folder = fileURLToPath(new URL('../../data/randomwalks', import.meta.url));
const starts = readFileSync(`${folder}/starts.txt`, 'utf8').trimEnd().split('\n');
const walks = loadPrompts(`${folder}/walks.jsonl`).map(({ prompt, row }) => ({
  prompt,
  completion: String(row['completion']),
  reward: Number(row['reward']),
}));

/** Nodes on the shortest walk from each node to the goal, by breadth-first search from each. */
function searchFrom(start: string): number {
  const seen = new Set([start]);
  let frontier = [start];
  for (let length = 1; frontier.length > 0; length++) {
    if (frontier.includes(graph.goal)) return length;
    frontier = frontier.flatMap((node) => [...graph.nodes[node].to].filter((to) => !seen.has(to)));
    for (const node of frontier) seen.add(node);
  }
  return Number.POSITIVE_INFINITY;
}

describe('the graph', () => {
  const nodes = Object.entries(graph.nodes);

  it('has 21 nodes that can all be left, without loops but at the goal', () => {
    expect(nodes.map(([node]) => node).join('')).toBe('abcdefghijklmnopqrstu');
    for (const [node, { to }] of nodes) {
      expect(to).toMatch(node === graph.goal ? /^a$/ : /^[a-u]+$/);
      expect(to.includes(node)).toBe(node === graph.goal);
    }
  });

  it('knows the shortest lengths', () => {
    for (const [node, { shortest }] of nodes) expect(shortest, node).toBe(searchFrom(node));
  });
});

describe('the optimality of a walk', () => {
  // The shortest are sda (3 nodes), hckna (5), da (2) and jna (3).
  it.each([
    ['sda', 1, 'shortest'],
    ['hckna', 1, 'shortest'],
    ['da', 1, 'shortest'],
    ['suida', 5 / 7, '5 nodes'],
    ['subdtkna', 2 / 7, '8 nodes'],
    ['dlbda', 5 / 8, '5 nodes'],
    ['jnbjnbjna', 1 / 7, '9 nodes'],
    ['hckbdlbda', 1 / 5, '9 nodes'],
    ['jnbdtkbjna', 0, '10 nodes'],
    ['subdlbdlbda', 0, '11 nodes'],
    ['subdlbdl', 0, 'no goal'],
    ['sd', 0, 'no goal'],
    ['s', 0, 'no goal'],
    ['', 0, 'no goal'],
    ['sudla', 0, 'no edge from u to d'],
    ['dla', 0, 'no edge from l to a'],
    ['sdza', 0, 'z is no node'],
    ['sd a', 0, 'a space is no node'],
    ['za', 0, 'z is no node'],
    ['sdazzz', 1, 'what follows the goal does not count'],
    ['a', 1, 'a start at the goal'],
  ])('%s: %d (%s)', (walk, expected) => {
    expect(optimality(walk)).toBe(expected);
  });
});

describe('the walks', () => {
  it('are 1,000, from every node but the goal', () => {
    expect(walks).toHaveLength(1000);
    expect([...new Set(walks.map(({ prompt }) => prompt))].sort()).toEqual(starts);
    expect(starts.join('')).toBe('bcdefghijklmnopqrstu');
  });

  it('follow edges until the goal or 10 nodes', () => {
    for (const { prompt, completion } of walks) {
      const walk = prompt + completion;
      for (let i = 1; i < walk.length; i++) expect(graph.nodes[walk[i - 1]].to).toContain(walk[i]);
      expect(walk.slice(0, -1)).not.toContain(graph.goal);
      if (!walk.endsWith(graph.goal)) expect(walk).toHaveLength(graph.maxLength);
      expect(walk.length).toBeLessThanOrEqual(graph.maxLength);
    }
  });

  it('have the rewards that the module gives, 0.35 on average', async () => {
    const reward = await createReward('./reward.ts', { baseDirectory: folder });
    const scores = await scoreAll(
      reward,
      walks.map((walk) => ({ ...walk, tokens: [], row: {} })),
    );
    expect([...scores]).toEqual(walks.map((walk) => Math.fround(walk.reward)));
    expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeCloseTo(0.3515, 4);
  });
});

describe('the language model of the walks', () => {
  let lm: Lm;
  beforeAll(async () => {
    lm = await openLm(fileURLToPath(new URL('../../data/models/randomwalks', import.meta.url)), {
      threads: 1,
    });
  });
  afterAll(() => lm.close());

  /** Probability of each next token after each text; `[texts][vocab]`. */
  async function nextProbabilities(texts: readonly string[]): Promise<number[][]> {
    const rows: number[][] = [];
    const prompts = texts.map((text) => lm.tokenizer.encode(text));
    await lm.generate(prompts, {
      maxNewTokens: 1,
      nextTokens: (step) => {
        step.sequences.forEach((sequence, row) => {
          const logits = step.logits.subarray(row * lm.info.vocabSize, (row + 1) * lm.info.vocabSize);
          const weights = Array.from(logits, Math.exp);
          const sum = weights.reduce((total, weight) => total + weight, 0);
          rows[sequence] = weights.map((weight) => weight / sum);
        });
        return greedy(step);
      },
    });
    return rows;
  }

  /** Probability that falls on the edges of `node`. */
  const massOnEdges = (node: string, probabilities: readonly number[]) =>
    [...graph.nodes[node].to].reduce((sum, to) => sum + probabilities[lm.tokenizer.encode(to)[0]], 0);

  it('reads a letter as a token', () => {
    expect(lm.info.vocabSize).toBe(22);
    expect(lm.tokenizer.encode('abu')).toEqual([1, 2, 21]);
    expect(lm.tokenizer.decode([19, 4, 1, 0])).toBe('sda');
  });

  it('steps along edges from every start', async () => {
    const rows = await nextProbabilities(starts);
    starts.forEach((node, i) => {
      expect(massOnEdges(node, rows[i]), node).toBeGreaterThan(0.95);
    });
  });

  it('steps along edges at every node of a walk', async () => {
    const seen = walks.slice(0, 100).flatMap(({ prompt, completion }) => {
      const walk = prompt + completion;
      return Array.from({ length: walk.length - 1 }, (_, i) => walk.slice(0, i + 1));
    });
    const rows = await nextProbabilities(seen);
    expect(new Set(seen.map((text) => text.at(-1))).size).toBe(20);
    seen.forEach((text, i) => {
      expect(massOnEdges(text.slice(-1), rows[i]), text).toBeGreaterThan(0.95);
    });
  });

  it('ends at the goal', async () => {
    for (const row of await nextProbabilities(['sda', 'hckna', 'dlbdlbda'])) {
      expect(row[lm.info.eosTokenIds[0]]).toBeGreaterThan(0.95);
    }
  });
});
