import { InputError } from '../../common/index.js';
import type { AgentConfig, PolicyConfig, ReplayConfig } from '../../config/index.js';
import { teacherProblems } from './teacherProblems.js';

/** The settings of an agent that must fit each other. */
export interface AgentSettings {
  agent: AgentConfig;
  replay: ReplayConfig;
  policy: PolicyConfig;
  /** Where it acts, where that is known: these three are then the whole run's. */
  env?: { type: string; actions?: unknown };
  teacher?: object | undefined;
  data?: { completions?: string | undefined };
}

/**
 * Refuses settings that would have no effect together, or no meaning.
 * @throws InputError naming the keys and a way out.
 */
export function checkAgent(settings: AgentSettings): void {
  const problem = problems(settings).find(({ holds }) => holds);
  if (problem) throw new InputError(problem.message);
}

/** Something wrong with some settings. */
export interface Problem {
  holds: boolean;
  message: string;
}

function problems(settings: AgentSettings): Problem[] {
  const { agent, policy, replay, env } = settings;
  const { target, returns, critic, head, twin, loss } = agent;
  const bootstrapsValues = target.type === 'value' || target.type === 'ilql';
  const watkins = (returns.type === 'n-step' || returns.type === 'lambda') && returns.traces === 'watkins';
  const wholeEpisode = returns.type === 'episode' || (returns.type === 'lambda' && returns.lambda === 1);
  const others = 'set agent.target.type to dqn, double, soft or expected';
  return [
    ...teacherProblems(settings),
    {
      holds: target.type === 'value' && replay.type === 'prioritised',
      message:
        'replay.type prioritised has no effect with agent.target.type value, which learns in whole passes over the ' +
        `replay: set replay.type to uniform, or ${others}`,
    },
    {
      holds: bootstrapsValues && watkins,
      message: `agent.returns.traces watkins cuts returns where the greedy policy of Q would act otherwise, but agent.target.type ${target.type} bootstraps from values alone: leave traces out, or ${others}`,
    },
    {
      holds: bootstrapsValues && !head.dueling,
      message: `agent.head.dueling false leaves out the value that agent.target.type ${target.type} learns: set it to true, or ${others}`,
    },
    {
      holds: !head.dueling && critic.type !== 'scalar',
      message: `agent.critic.type ${critic.type} is about the value, which agent.head.dueling false leaves out: set one of them back`,
    },
    {
      holds: target.type === 'ilql' && critic.type !== 'scalar',
      message: `agent.target.type ilql fits its value by an expectile: set agent.critic.type to scalar, or ${others}`,
    },
    {
      // Elsewhere an episode may be cut off, and bootstraps there.
      holds: target.type === 'value' && twin && wholeEpisode && env?.type === 'text',
      message:
        'agent.twin has no effect on text with agent.target.type value and returns of whole episodes, which bootstrap from no ' +
        'value: set agent.returns to lambda below 1 or n-step, or leave twin out',
    },
    {
      holds:
        target.type === 'soft' && target.beta === undefined && !(policy.type === 'guided' && policy.beta > 0),
      message: 'agent.target.type soft needs a beta above 0: set agent.target.beta',
    },
    {
      holds: critic.type === 'hl-gauss' && critic.min >= critic.max,
      message: 'agent.critic.min must be below agent.critic.max',
    },
    {
      // Whole episodes leave a full replay, so it is not always filled to the last.
      holds: agent.learningStarts > Math.max(1, replay.capacity / 2),
      message: `agent.learningStarts ${agent.learningStarts} is more than half of replay.capacity ${replay.capacity}: lower it, or raise that`,
    },
    {
      holds: critic.type === 'quantile' && !bootstrapsValues && loss.type !== 'mse',
      message: `agent.loss.type ${loss.type} has no effect with agent.critic.type quantile, whose own loss turns at agent.critic.kappa: leave it out`,
    },
  ];
}
