import { describe, expect, it } from 'vitest';
import { checkAgent } from '../../../src/agent/index.js';
import { InputError } from '../../../src/common/index.js';
import { runConfig } from '../../../src/config/index.js';

function check(agent: object, more: object = {}): void {
  const config = runConfig.parse({ agent, ...more });
  checkAgent(config);
}

const value = { target: { type: 'value' } };
const ilql = { target: { type: 'ilql' } };
const teacher = { target: { type: 'teacher' } };
const taught = { teacher: { id: 'larger' } };
const prioritised = { replay: { type: 'prioritised' } };
const watkins = { traces: 'watkins' };

describe('checkAgent', () => {
  it.each([
    [
      'a prioritised replay',
      value,
      prioritised,
      'replay.type prioritised has no effect with agent.target.type value',
    ],
    [
      'cut traces of n steps',
      { ...value, returns: { type: 'n-step', ...watkins } },
      {},
      'agent.target.type value bootstraps from values alone: leave traces out',
    ],
    [
      'cut traces of lambda-returns',
      { ...ilql, returns: { type: 'lambda', ...watkins } },
      {},
      'agent.target.type ilql bootstraps from values alone: leave traces out',
    ],
    [
      'no value',
      { ...value, head: { dueling: false } },
      {},
      'agent.head.dueling false leaves out the value that agent.target.type value learns: set it to true, or set ' +
        'agent.target.type to dqn, double, soft or expected',
    ],
    [
      'no value of ilql',
      { ...ilql, head: { dueling: false } },
      {},
      'the value that agent.target.type ilql learns',
    ],
    [
      'quantiles of no value',
      { target: { type: 'dqn' }, head: { dueling: false }, critic: { type: 'quantile' } },
      {},
      'agent.critic.type quantile is about the value, which agent.head.dueling false leaves out',
    ],
    [
      'bins of no value',
      { target: { type: 'dqn' }, head: { dueling: false }, critic: { type: 'hl-gauss' } },
      {},
      'agent.critic.type hl-gauss is about the value',
    ],
    [
      'an expectile of quantiles',
      { ...ilql, critic: { type: 'quantile' } },
      {},
      'agent.target.type ilql fits its value by an expectile: set agent.critic.type to scalar',
    ],
    ['a second value that is not read', { ...value, twin: true }, {}, 'agent.twin has no effect'],
    [
      'a second value that a lambda of 1 does not read',
      { ...value, twin: true, returns: { type: 'lambda', lambda: 1 } },
      {},
      'set agent.returns to lambda below 1 or n-step, or leave twin out',
    ],
    [
      'bins of no width',
      { critic: { type: 'hl-gauss', min: 1, max: 1 } },
      {},
      'agent.critic.min must be below agent.critic.max',
    ],
    [
      'a start that never comes',
      { learningStarts: 6 },
      { replay: { capacity: 10 } },
      'agent.learningStarts 6 is more than half of replay.capacity 10',
    ],
    [
      'a soft target without a beta',
      { target: { type: 'soft' } },
      { policy: { type: 'boltzmann' } },
      'agent.target.type soft needs a beta above 0: set agent.target.beta',
    ],
    [
      'a loss that quantiles do not have',
      { target: { type: 'dqn' }, critic: { type: 'quantile' }, loss: { type: 'huber' } },
      {},
      'agent.loss.type huber has no effect with agent.critic.type quantile',
    ],
    [
      'a teacher that none listens to',
      value,
      taught,
      'teacher has no effect with agent.target.type value: set that to teacher, or leave teacher out',
    ],
    [
      'a missing teacher',
      teacher,
      {},
      'agent.target.type teacher needs a model to learn from: set teacher.id',
    ],
    [
      'a teacher of completions in a file',
      teacher,
      { ...taught, data: { completions: 'scored.jsonl' } },
      'data.completions has no use with agent.target.type teacher',
    ],
    [
      'a teacher of choices',
      teacher,
      { ...taught, env: { actions: ['a', 'b'] } },
      'follows a language model token by token, and not in env.actions',
    ],
    [
      'a teacher of a game',
      teacher,
      { ...taught, env: { type: 'cartpole' } },
      'and not in env.type cartpole: set agent.target.type to value',
    ],
    [
      'a taught policy without a base',
      teacher,
      { ...taught, policy: { type: 'boltzmann' } },
      'set policy.type to guided and policy.beta above 0',
    ],
    [
      'a taught policy that stays at its base',
      teacher,
      { ...taught, policy: { beta: 0 } },
      'policy.beta above 0',
    ],
    [
      'a taught policy whose beta moves',
      teacher,
      { ...taught, policy: { klTarget: 0.1 } },
      'policy.klTarget moves beta',
    ],
    ...[
      { returns: { type: 'one-step' } },
      { gamma: 0.9 },
      { critic: { type: 'quantile' } },
      { twin: true },
      { valueLr: 0.1 },
      { valueUpdates: 1 },
      { valueBatchSize: 8 },
      { groupBaseline: true },
      { loss: { type: 'huber' } },
      { passes: 2 },
      { targetNetwork: { every: 3 } },
    ].map((agent): [string, object, object, string] => [
      `what a teacher has no use for: ${Object.keys(agent)}`,
      { ...teacher, ...agent },
      taught,
      `agent.${Object.keys(agent)} has no effect with agent.target.type teacher, which learns the advantages of all`,
    ]),
    [
      'a plain head with a teacher',
      { ...teacher, head: { dueling: false } },
      taught,
      'agent.head.dueling has no effect',
    ],
    [
      'centring with a teacher',
      { ...teacher, head: { centring: 'mean' } },
      taught,
      'agent.head.centring has no effect',
    ],
  ])('refuses %s', (_, agent, more, message) => {
    expect(() => check(agent, more)).toThrow(InputError);
    expect(() => check(agent, more)).toThrow(message);
  });

  it.each([
    ['the defaults', {}, {}],
    ['two values that are read', { ...value, twin: true, returns: { type: 'lambda', lambda: 0.9 } }, {}],
    ['two values by n steps', { ...value, twin: true, returns: { type: 'n-step' } }, {}],
    [
      'ilql with two critics by priority',
      { ...ilql, twin: true, returns: { type: 'one-step' } },
      prioritised,
    ],
    [
      'all of it together',
      {
        target: { type: 'expected' },
        twin: true,
        critic: { type: 'quantile' },
        returns: { type: 'n-step', ...watkins },
      },
      prioritised,
    ],
    [
      'a whole episode by cut traces',
      { target: { type: 'dqn' }, returns: { type: 'lambda', lambda: 1, ...watkins } },
      {},
    ],
    ['a plain head', { target: { type: 'double' }, head: { dueling: false }, twin: true }, prioritised],
    ['a start when the replay is half full', { learningStarts: 5 }, { replay: { capacity: 10 } }],
    ["the guided policy's beta for a soft target", { target: { type: 'soft' } }, {}],
    ['a teacher', { ...teacher, updates: 9, batchSize: 8, lr: 0.1 }, { ...taught, ...prioritised }],
    ['a second value where episodes are cut off', { ...value, twin: true }, { env: { type: 'cartpole' } }],
  ])('takes %s', (_, agent, more) => {
    expect(() => check(agent, more)).not.toThrow();
  });
});
