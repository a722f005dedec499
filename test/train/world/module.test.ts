import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRun } from '../../../src/sample/index.js';
import { temporaryDirectory } from '../../support/files.js';
import { metricsOf, syncConfig, timeless, trainHere } from '../run.js';

/** A corridor of `length` cells whose far end pays 1; episodes begin anywhere, and are cut off after 20 steps. */
const corridor = `
function corridor({ length = 4 } = {}) {
  let cell = 0;
  let steps = 0;
  const observe = () => Array.from({ length }, (_, i) => (i === cell ? 1 : 0));
  return {
    observationShape: [length],
    actions: ['back', 'on'],
    reset(seed) {
      cell = seed % (length - 1);
      steps = 0;
      return observe();
    },
    step(action) {
      cell = Math.max(0, cell + (action === 1 ? 1 : -1));
      const terminated = cell === length - 1;
      return { observation: observe(), reward: terminated ? 1 : 0, terminated, truncated: ++steps === 20 };
    },
  };
}
`;

/** A directory with the module in it, and a configuration that names it by a relative path. */
function home(exported: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'corridor.mjs'), `${corridor}export default ${exported};\n`);
  writeFileSync(join(directory, 'corridor.yaml'), 'env: { type: ./corridor.mjs }\n');
  return directory;
}

function configOf(directory: string, ...settings: string[]) {
  return syncConfig(
    join(directory, 'corridor.yaml'),
    ...[
      'agent.target.type=double',
      'agent.returns.type=one-step',
      'agent.head.hidden=[16]',
      'agent.gamma=0.9',
    ],
    ...['agent.lr=1e-2', 'agent.valueLr=1e-2', 'agent.batchSize=32', 'agent.updates=16'],
    ...['agent.targetNetwork.every=8', 'policy={type: epsilon-greedy, epsilon: {draw: uniform}}'],
    ...[
      'train.steps=12',
      'train.stepsPerCopy=30',
      'train.evalEvery=1',
      'train.evalEpisodes=4',
      'eval.episodes=6',
    ],
    ...settings,
  );
}

it("trains in a user's environment, with its parameters", async () => {
  const config = configOf(home('corridor'), 'env.length=5', 'env.copies=3', 'train.stepsPerCopy=10');
  const result = await trainHere(config);
  expect(result).toMatchObject({ steps: 12, environmentSteps: 360, reward: { last: 1 } });
  const { spec } = openRun(result.run);
  expect([spec.stateSize, spec.actionSize]).toEqual([5, 2]);
  const episodes = metricsOf(result).map(({ episodes }) => episodes ?? 0);
  expect(episodes.reduce((a, b) => a + b)).toBeGreaterThan(20);
});

it('plays the one copy of a module that exports an object as it plays copies of its own', async () => {
  // It is evaluated after every step, in the middle of the episode that it is trained in.
  const single = await trainHere(configOf(home('corridor()')));
  const several = await trainHere(configOf(home('corridor'), 'env.copies=1'));
  expect(timeless(single)).toBe(timeless(several));
  expect(single.reward).toEqual(several.reward);
  expect(single.reward.last).toBe(1);
  const state = JSON.parse(readFileSync(join(single.run, 'last', 'state.json'), 'utf8'));
  expect(state.workload.copies[0].actions.length).toBeGreaterThan(0);
});

it('refuses more copies of it than there are', async () => {
  const config = configOf(home('corridor()'), 'env.copies=2');
  await expect(trainHere(config)).rejects.toThrow(/has no more than 1 copy, and 2 are asked for/);
});
