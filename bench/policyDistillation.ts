/**
 * Policy distillation against training the same head directly on the teacher's distributions:
 * `npx tsx bench/policyDistillation.ts [config] [seeds]` after `npm run build`.
 *
 * Both heads begin alike. The one follows the teacher where the student goes, as `tokenq distill` does. The other is given as
 * many states beforehand, of texts by the student's own model, and makes twice the updates; of its snapshots the one that
 * does best on the calibration prompts counts. Both are measured by the KL from the teacher of what
 * they then write themselves, on evaluation prompts that neither has seen.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createActor,
  createLearner,
  HeadRuntime,
  type HeadSpec,
  type HeadTensors,
  headSpecOf,
  rowScaleOf,
} from '../src/agent/index.js';
import type { TextRunConfig } from '../src/config/index.js';
import type { Actor } from '../src/env/index.js';
import type { Trajectory } from '../src/replay/index.js';
import { openRun, type TextPrompt } from '../src/sample/index.js';
import { distillRunOf } from '../src/train/distill/distillRun.js';
import { policyConfig } from '../src/train/distill/policyMethod.js';
import { resolveDistilling } from '../src/train/distill/resolve.js';
import { promptBatch } from '../src/train/text/batches.js';
import { collect } from '../src/train/text/collect.js';
import { type OpenTask, openTask, trainingPool } from '../src/train/text/setup.js';
import { train } from '../src/train/train.js';
import { dateAndMachine, spread, table } from './lib.js';

/** How many times the updates of the run that is compared. */
const UPDATES = 2;
/** Snapshots of direct training, of which the best is taken. */
const SNAPSHOTS = 8;
/** Completions of each prompt that a policy is measured on. */
const SAMPLES = 4;

const [file = 'configs/distill-policy.yaml', seeds = '0,1,2'] = process.argv.slice(2);

/** The KL of a policy from the teacher where it goes itself, in nats per token. */
async function klFromTeacher(
  opened: OpenTask,
  prompts: readonly TextPrompt[],
  actor: Actor,
): Promise<number> {
  const options = { samples: SAMPLES, purpose: 'bench', iteration: 0 };
  const { metrics } = await collect(opened.task, prompts, actor, options, opened.teacher);
  return metrics.teacherKl ?? Number.NaN;
}

function reference(): Actor {
  return createActor(undefined, { type: 'reference' });
}

/** What a head does, measured on some prompts. */
async function headKl(
  opened: OpenTask,
  prompts: readonly TextPrompt[],
  head: HeadTensors,
  spec: HeadSpec,
  beta: number,
): Promise<number> {
  const runtime = await HeadRuntime.create(head, spec, opened.task.lm.headRows());
  try {
    return await klFromTeacher(opened, prompts, createActor(runtime, { type: 'guided', beta }));
  } finally {
    await runtime.release();
  }
}

/** Texts by the student's own model, with what the teacher says of their states. */
async function taughtTexts(
  opened: OpenTask,
  { seed, train: settings }: TextRunConfig,
): Promise<Trajectory[]> {
  const { promptsPerStep, samplesPerPrompt: samples, steps } = settings;
  const trajectories: Trajectory[] = [];
  for (let step = 0; step < steps; step++) {
    const some = promptBatch(seed, step, promptsPerStep, opened.train.length).map((i) => opened.train[i]);
    const options = { samples, purpose: 'direct', iteration: step };
    const batch = await collect(opened.task, some, reference(), options, opened.teacher);
    trajectories.push(...batch.trajectories);
  }
  return trajectories;
}

/** Trains the head directly. @returns the KL from the teacher on the evaluation prompts */
async function direct(opened: OpenTask, config: TextRunConfig, beta: number): Promise<number> {
  const { lm } = opened.task;
  const { stateSize, hiddenSize } = lm.info;
  const rows = lm.headRows();
  const rowScale = await rowScaleOf(rows, hiddenSize);
  const spec = headSpecOf(config.agent, { tokens: true, stateSize, actionSize: hiddenSize, rowScale });
  const texts = await taughtTexts(opened, config);
  const states = texts.reduce((sum, { length }) => sum + length, 0);
  const { agent, policy, seed } = config;
  const replay = { ...config.replay, capacity: states };
  const learner = await createLearner({ agent, replay, policy, spec, rows, seed });
  const rounds = UPDATES * config.train.steps;
  let best = { calibration: Number.POSITIVE_INFINITY, kl: Number.NaN };
  for (let round = 0; round < rounds; round++) {
    const rate = 1 - round / rounds;
    const { head } = await learner.learn(round === 0 ? texts : [], round, {
      rate,
      progress: round / rounds,
      policy: { type: 'guided', beta },
    });
    if ((round + 1) % Math.ceil(rounds / SNAPSHOTS) !== 0) continue;
    const calibration = await headKl(opened, opened.calibration, head, spec, beta);
    if (calibration < best.calibration) {
      best = { calibration, kl: await headKl(opened, opened.eval, head, spec, beta) };
    }
  }
  await learner.close();
  return best.kl;
}

async function measure(seed: number) {
  const watch = { observer: {}, signal: undefined };
  const { distill, ...plain } = distillRunOf(
    resolveDistilling({ configFile: file, overrides: ['eval.samples=1', 'eval.bestOf=[1]'], seed }),
  );
  if (distill.method !== 'policy') throw new TypeError(`${file} is not about distill.method policy`);
  const config = await policyConfig(plain, distill, { ...watch, pool: trainingPool(plain, watch) });
  if (config.policy.type !== 'guided') throw new TypeError('the policy is not guided');
  const { beta } = config.policy;
  const out = join(mkdtempSync(join(tmpdir(), 'tokenq-bench-')), 'run');
  await train({ config, out });
  const { tensors, spec } = openRun(out);
  const opened = await openTask(config, watch);
  try {
    const base = await klFromTeacher(opened, opened.eval, reference());
    const distilled = await headKl(opened, opened.eval, tensors, spec, beta);
    const trained = await direct(opened, config, beta);
    const row = { base, distilled, trained, share: (base - distilled) / (base - trained) };
    console.error(JSON.stringify({ seed, ...row }));
    return row;
  } finally {
    await opened.close();
  }
}

const measured: Awaited<ReturnType<typeof measure>>[] = [];
for (const seed of seeds.split(',')) measured.push(await measure(Number(seed)));
const of = (key: keyof (typeof measured)[number]) => spread(measured.map((row) => row[key]));
console.log(`${file}, seeds ${seeds}; mean (lowest to highest); ${dateAndMachine()}\n`);
console.log(
  table(
    ['KL from the teacher, nats per token', ''],
    [
      ['base', of('base')],
      ['distilled', of('distilled')],
      ['directly trained', of('trained')],
      ['share of the fall', of('share')],
    ],
  ),
);
