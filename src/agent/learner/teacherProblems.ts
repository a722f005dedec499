import { isDeepStrictEqual } from 'node:util';
import { type AgentConfig, runConfig } from '../../config/index.js';
import type { AgentSettings, Problem } from './checkAgent.js';

/** What the `teacher` target, which has no return and no value, has no use for. */
const unused = [
  ...['returns', 'gamma', 'critic', 'twin', 'valueLr', 'valueUpdates', 'valueBatchSize', 'groupBaseline'],
  ...['loss', 'passes', 'targetNetwork', 'head.dueling', 'head.centring'],
] as const;

/** What can be wrong with a teacher, or with the settings beside one. */
export function teacherProblems({ agent, policy, env, teacher, data }: AgentSettings): Problem[] {
  const isText = env?.type === 'text';
  if (agent.target.type !== 'teacher') {
    return [
      {
        holds: teacher !== undefined,
        message: `teacher has no effect with agent.target.type ${agent.target.type}: set that to teacher, or leave teacher out`,
      },
    ];
  }
  const [key] = changedKeys(agent);
  return [
    {
      holds: env !== undefined && (!isText || env.actions !== undefined),
      message: `agent.target.type teacher follows a language model token by token, and not ${isText ? 'in env.actions' : `in env.type ${env?.type}`}: set agent.target.type to value`,
    },
    {
      holds: isText && teacher === undefined,
      message: 'agent.target.type teacher needs a model to learn from: set teacher.id',
    },
    {
      holds: data?.completions !== undefined,
      message:
        'data.completions has no use with agent.target.type teacher, which learns from what the student writes: leave it out',
    },
    {
      holds: policy.type !== 'guided' || policy.beta === 0,
      message:
        'agent.target.type teacher fits the guided policy: set policy.type to guided and policy.beta above 0',
    },
    {
      holds: policy.type === 'guided' && policy.klTarget !== undefined,
      message: 'policy.klTarget moves beta, for which agent.target.type teacher fits the head: leave it out',
    },
    {
      holds: key !== undefined,
      message: `agent.${key} has no effect with agent.target.type teacher, which learns the advantages of all candidates alone: leave it out`,
    },
  ];
}

/** The keys without use that are not at their defaults. */
function changedKeys(agent: AgentConfig): string[] {
  const defaults = runConfig.parse({}).agent;
  return unused.filter((key) => !isDeepStrictEqual(at(agent, key), at(defaults, key)));
}

function at(agent: object, key: string): unknown {
  return key.split('.').reduce((here: object, name) => Reflect.get(here, name), agent);
}
