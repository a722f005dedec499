import { existsSync, rmSync } from 'node:fs';
import { stringify } from 'yaml';
import { waitForLock } from '../../common/index.js';
import type { Trial } from './plan.js';
import type { PartResult, SweepDirectory } from './sweepDirectory.js';
import { type Outcome, runTrialProcess } from './trialProcess.js';

/** The longest wait for a trial's process that a killed sweep left behind and that is saving, ms. */
const ORPHAN_PATIENCE = 120_000;

/** Runs a trial to a step: from its start, or from where it is. A trial at its last step is also evaluated in full. */
export async function runTrial(
  directory: SweepDirectory,
  trial: Trial,
  until: number,
  signal?: AbortSignal,
): Promise<Outcome> {
  const { steps } = trial.configuration.config.train;
  const run = directory.trial(trial.name);
  await waitForLock(run, ORPHAN_PATIENCE, signal);
  if (signal?.aborted) return { type: 'interrupted' };
  const pause = until < steps ? ['--until', String(until)] : [];
  return runTrialProcess({
    args: ['train', ...startOrResume(directory, trial, run), ...pause, '--json'],
    log: directory.file('logs', `${trial.name}.log`),
    signal,
  });
}

function startOrResume(directory: SweepDirectory, trial: Trial, run: string): string[] {
  if (existsSync(`${run}/config.yaml`)) return ['--resume', run];
  // Without a configuration it came to nothing.
  rmSync(run, { recursive: true, force: true });
  const name = `configs/${trial.name}.yaml`;
  const { out: _, ...config } = trial.configuration.config;
  directory.write(name, stringify({ ...config, seed: trial.seed }));
  return [directory.file(name), '--out', run];
}

/** What is kept of a process's result. */
export function partOf({ result }: Extract<Outcome, { type: 'done' }>): PartResult {
  const { steps, seconds, reward, klPerToken, paused = false } = result;
  return { steps, seconds, reward: reward.last, ...(klPerToken === undefined ? {} : { klPerToken }), paused };
}
