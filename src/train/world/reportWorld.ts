import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import type { HeadRuntime } from '../../agent/index.js';
import { writeFileWhole } from '../../common/index.js';
import type { PolicyConfig, WorldRunConfig } from '../../config/index.js';
import {
  renderWorldReport,
  type StepMetrics,
  type WorldEvaluation,
  type WorldRunSummary,
} from '../../eval/index.js';
import { isGridWorld, viewGridWorld } from '../../sample/index.js';
import { readMetrics } from '../metrics.js';

/** Writes `evaluation.json` and `report.html` of a run in an environment. */
export async function reportWorld(
  directory: string,
  config: WorldRunConfig,
  evaluation: WorldEvaluation,
  runtime: HeadRuntime,
): Promise<void> {
  writeFileWhole(join(directory, 'evaluation.json'), `${JSON.stringify(evaluation, null, 2)}\n`);
  const steps = readMetrics(directory);
  const page = renderWorldReport({
    title: `${config.agent.target.type} target on ${basename(config.env.type)}`,
    createdAt: new Date().toISOString(),
    summary: summary(config, steps),
    steps,
    evaluation,
    grid: isGridWorld(config) ? await viewGridWorld(runtime, config) : undefined,
    config: stringify(config),
  });
  writeFileWhole(join(directory, 'report.html'), page);
}

function summary(config: WorldRunConfig, steps: readonly StepMetrics[]): WorldRunSummary {
  const last = steps[steps.length - 1];
  const { env, agent, policy, seed } = config;
  const { head, target, returns, gamma, critic, twin } = agent;
  const parameters = Object.entries(env).filter(([key]) => key !== 'type');
  const list = (parts: readonly (string | false)[]) => parts.filter((part) => part !== false).join(', ');
  return {
    environment: list([env.type, ...parameters.map(([key, value]) => `${key} ${JSON.stringify(value)}`)]),
    head: list([
      `dense, hidden layers ${head.hidden.join(', ')}`,
      head.conv.length > 0 && `${head.conv.length} convolutions`,
      !head.dueling && 'not dueling',
      critic.type !== 'scalar' && `${critic.type} critic`,
      twin && 'twin critics',
    ]),
    target: list([target.type, `${returns.type} returns`, `gamma ${gamma}`]),
    policy: describePolicy(policy),
    steps: last?.step ?? 0,
    environmentSteps: last?.environmentSteps ?? 0,
    seconds: last?.seconds ?? 0,
    seed,
  };
}

function describePolicy(policy: PolicyConfig): string {
  switch (policy.type) {
    case 'guided':
      return `guided, beta ${policy.beta}`;
    case 'epsilon-greedy':
      return `epsilon-greedy, ${policy.epsilon.start} to ${policy.epsilon.end}, ${policy.epsilon.schedule.type}`;
    case 'boltzmann':
      return `boltzmann, temperature ${policy.temperature}`;
  }
}
