import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { greedyActions, gridWorldModel, valueIteration } from '../../src/env/index.js';
import { temporaryDirectory } from '../support/files.js';
import { type CodeCell, executeCells, readCells, type Shown } from './notebook.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cells = readCells(join(root, 'notebooks/dqn-from-zero.ipynb'));

const table = z.array(z.instanceof(Float64Array));
const values = z.object({
  learned: table,
  ablations: z.array(z.object({ name: z.string(), runs: z.array(z.object({ q: table })) })),
});

const world = gridWorldModel();
const exact = valueIteration(world, { gamma: 1 });
const played = exact.flatMap((_, state) => (world.isTerminal(state) ? [] : [state]));

describe('dqn-from-zero', () => {
  let shown: Map<string, Shown[]>;
  let learned: Float64Array[];
  let ablations: z.infer<typeof values>['ablations'];

  beforeAll(async () => {
    const execution = await executeCells(cells, Object.keys(values.shape));
    shown = execution.shown;
    ({ learned, ablations } = values.parse(execution.values));
  }, 180_000);

  it('shows what is stored in it', () => {
    expect(cells.length).toBeGreaterThan(10);
    for (const { id, shown: stored } of cells) {
      expect(repeatable(shown.get(id)), `run the notebook anew: cell ${id}`).toEqual(repeatable(stored));
    }
  });

  it('learns the values of every state and action', () => {
    expect(errors(learned)).toHaveLength(32);
    expect(Math.max(...errors(learned))).toBeLessThan(0.01);
    for (const { q } of ablations[0].runs) expect(Math.max(...errors(q))).toBeLessThan(0.1);
  });

  it('walks a shortest path from every cell', () => {
    for (const start of played) expect(steps(learned, start)).toBe(distance(start));
  });

  it('breaks without each part: the worst whole run is a hundred times better than the best of any other', () => {
    const [whole, ...others] = ablations;
    const names = ['no replay', 'short memory', 'no target network', 'no exploration', 'no end'];
    expect(whole.name).toBe('the whole DQN');
    expect(others.map(({ name }) => name)).toEqual(names);
    const worst = Math.max(...whole.runs.map(({ q }) => mean(errors(q))));
    for (const { name, runs } of others) {
      expect(runs).toHaveLength(8);
      const best = Math.min(...runs.map(({ q }) => mean(errors(q))));
      expect(best, name).toBeGreaterThan(100 * worst);
    }
  });

  it('draws the error of every ablation, by name', () => {
    const [{ 'image/svg+xml': svg }] = shown.get('plot') ?? [{}];
    expect(svg).toMatch(/^<svg /);
    const labels = Array.from(svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g), ([, label]) => label);
    expect(labels).toEqual(expect.arrayContaining(ablations.map(({ name }) => name)));
  });

  it('has cells of sound types', () => {
    expect(typeErrors(cells)).toBe('');
  });
});

function errors(q: readonly Float64Array[]): number[] {
  return played.flatMap((state) =>
    Array.from(exact[state], (value, action) => Math.abs(q[state][action] - value)),
  );
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Steps from a cell to the goal by the actions that look best, at most 100. */
function steps(q: readonly Float64Array[], start: number): number {
  let state = start;
  for (let step = 0; step < 100; step++) {
    if (world.isTerminal(state)) return step;
    state = world.transition(state, greedyActions(q, 0)[state][0]).next;
  }
  return 100;
}

/** Rows and columns from a cell to the goal. */
function distance(state: number): number {
  return 2 * (world.size - 1) - Math.floor(state / world.size) - (state % world.size);
}

/** ECharts numbers the ids of its drawings in a process. */
function repeatable(shown: readonly Shown[] = []): Shown[] {
  return shown.map((data) =>
    Object.fromEntries(
      Object.entries(data).map(([type, value]) => [type, value.replace(/\bzr\d+-/g, 'zr-')]),
    ),
  );
}

/** The compiler's complaints about the cells, under the rules of this repository. */
function typeErrors(cells: readonly CodeCell[]): string {
  const directory = temporaryDirectory();
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
  const header = `import type { Kernel } from '${join(root, 'test/notebooks/notebook.js')}';\ndeclare const Deno: Kernel;`;
  writeFileSync(join(directory, 'cells.mts'), [header, ...cells.map(({ source }) => source)].join('\n'));
  const project = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { paths: { tokenq: [join(root, 'src/index.ts')] } },
    files: ['cells.mts'],
    // Declarations of packages that have none.
    include: [join(root, 'src/**/*.d.ts')],
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(project));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr, error } = spawnSync(process.execPath, [compiler, '-p', directory], {
    encoding: 'utf8',
  });
  return `${error ?? ''}${stderr}${stdout}`;
}
