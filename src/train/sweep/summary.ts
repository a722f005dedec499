import { mean } from '../../eval/index.js';
import type { Configuration, Plan, Trial } from './plan.js';
import { standardDeviation } from './statistics.js';
import type { SweepDirectory } from './sweepDirectory.js';
import type { BestConfiguration, ConfigurationResult, SweepResult, TrialResult } from './types.js';

/** A sweep's result; without `best` when no trial gave a reward. */
export type Summary = Omit<SweepResult, 'best'> & { best?: BestConfiguration };

/** What the trials and the configurations came to. */
export function summarise(
  plan: Plan,
  directory: Pick<SweepDirectory, 'path' | 'resultsOf' | 'trial'>,
  failures: ReadonlyMap<string, { error: string }>,
): Summary {
  const trials = plan.trials.map((trial) => trialResult(trial, directory, failures.get(trial.name)?.error));
  const configurations = plan.configurations
    .map((configuration) => configurationResult(configuration, trials))
    .sort(bestFirst);
  const best = bestOf(configurations[0], trials);
  return { out: directory.path, trials, configurations, ...(best ? { best } : {}) };
}

function trialResult(
  { name, seed, configuration: { number, values } }: Trial,
  directory: Pick<SweepDirectory, 'resultsOf' | 'trial'>,
  error: string | undefined,
): TrialResult {
  const last = directory.resultsOf(name).at(-1);
  const base = {
    name,
    configuration: number,
    values,
    seed,
    run: directory.trial(name),
    steps: last?.steps ?? 0,
  };
  if (error !== undefined || !last)
    return { ...base, state: 'failed', ...(error === undefined ? {} : { error }) };
  const { reward, klPerToken, seconds, paused } = last;
  return {
    ...base,
    state: paused ? 'stopped' : 'finished',
    reward,
    ...(klPerToken === undefined ? {} : { klPerToken }),
    seconds,
  };
}

/** The statistics of the trials that went furthest: rewards after different numbers of steps do not compare. */
function configurationResult(
  { number, values }: Configuration,
  trials: readonly TrialResult[],
): ConfigurationResult {
  const scored = trials.filter(
    ({ configuration, reward }) => configuration === number && reward !== undefined,
  );
  const steps = Math.max(0, ...scored.map((trial) => trial.steps));
  const furthest = scored.filter((trial) => trial.steps === steps);
  const [first] = furthest;
  if (first === undefined) return { number, values, state: 'failed', n: 0, steps };
  const rewards = valuesOf(furthest, ({ reward }) => reward);
  const kls = valuesOf(furthest, ({ klPerToken }) => klPerToken);
  const sd = standardDeviation(rewards);
  return {
    number,
    values,
    state: first.state,
    n: furthest.length,
    mean: mean(rewards),
    ...(sd === undefined ? {} : { sd }),
    best: Math.max(...rewards),
    ...(kls.length === 0 ? {} : { klPerToken: mean(kls) }),
    steps,
    seconds: mean(valuesOf(furthest, ({ seconds }) => seconds)),
  };
}

function valuesOf(
  trials: readonly TrialResult[],
  value: (trial: TrialResult) => number | undefined,
): number[] {
  return trials.map(value).filter((number) => number !== undefined);
}

const ORDER = { finished: 0, stopped: 1, failed: 2 } as const;

/** Finished ones first, then those that halving stopped, the later the better; among equals by the mean reward. */
function bestFirst(a: ConfigurationResult, b: ConfigurationResult): number {
  const byState = ORDER[a.state] - ORDER[b.state];
  const bySteps = a.state === 'stopped' ? b.steps - a.steps : 0;
  const byReward = (b.mean ?? 0) - (a.mean ?? 0);
  return byState || bySteps || byReward || a.number - b.number;
}

function bestOf(
  configuration: ConfigurationResult,
  trials: readonly TrialResult[],
): BestConfiguration | undefined {
  const { number, values, mean: meanReward, sd, best, steps } = configuration;
  const trial = trials.find(
    (result) => result.configuration === number && result.reward === best && result.steps === steps,
  );
  if (!trial || best === undefined || meanReward === undefined) return undefined;
  return {
    number,
    values,
    mean: meanReward,
    ...(sd === undefined ? {} : { sd }),
    reward: best,
    run: trial.run,
  };
}
