import { createActor, type HeadRuntime, policyAt, withoutExploration } from '../../agent/index.js';
import type { WorldRunConfig } from '../../config/index.js';
import type { VectorEnvironment } from '../../env/index.js';
import { evaluateWorld, type WorldEvaluation } from '../../eval/index.js';
import type { Watch } from '../observer.js';
import { reportWorld } from './reportWorld.js';

export interface EvaluateWorldRunOptions extends Watch {
  config: WorldRunConfig;
  /** Of the episodes; default: the configuration's. */
  seed?: number | undefined;
}

/**
 * Plays `eval.episodes` with random actions and with the trained policy without exploration, and writes
 * `evaluation.json` and `report.html` into the run's directory.
 */
export async function evaluateWorldRun(
  directory: string,
  env: VectorEnvironment,
  head: HeadRuntime,
  { config, seed = config.seed, observer, signal }: EvaluateWorldRunOptions,
): Promise<WorldEvaluation> {
  observer.phase?.('evaluating', 0);
  const policies = {
    random: createActor(undefined, { type: 'reference' }),
    trained: createActor(head, withoutExploration(policyAt(config.policy, 1))),
  };
  const { episodes } = config.eval;
  const onSteps = (count: number) => observer.played?.(count);
  const evaluation = await evaluateWorld(env, policies, { episodes, seed, onSteps, signal });
  await reportWorld(directory, config, evaluation, head);
  return evaluation;
}
