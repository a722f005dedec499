import type { Tf } from '../../src/agent/compute/backend.js';
import { criticNets, initHead, type NetName } from '../../src/agent/head/head.js';
import { centredRows } from '../../src/agent/head/rows.js';
import { standardisationOf } from '../../src/agent/head/standardise.js';
import { Adam } from '../../src/agent/learner/adam.js';
import type { Critic, Learning } from '../../src/agent/learner/learning.js';
import { Net } from '../../src/agent/learner/net.js';
import { TargetNetwork } from '../../src/agent/learner/targetNetwork.js';
import { policyAt } from '../../src/agent/policies/index.js';
import type { HeadSpec, HeadTensors, LearnerOptions } from '../../src/agent/types.js';
import { randomStream } from '../../src/common/index.js';
import { createReplay, type Trajectory } from '../../src/replay/index.js';
import { learnerOptions } from './worlds.js';

/** What nets give of each state: a row of outputs for each; zeros where there is none. */
export type Tables = Partial<Record<NetName, number[][]>>;

/** Options of a learner whose dense head of two actions has no hidden layers, so that its weights are tables. */
export function tableOptions(agent: object, more: object = {}, actionSize = 2): LearnerOptions {
  return learnerOptions({ ...agent, head: { ...Reflect.get(agent, 'head'), hidden: [] } }, more, {
    tokens: false,
    actionSize,
  });
}

/** A head without hidden layers that gives the tables' rows of one-hot states. */
export function tableHead(spec: HeadSpec, tables: Tables): HeadTensors {
  const head = initHead(spec, randomStream(0, 'tables'));
  // A state that none is in has another mean, so that a learner leaves the standardisation as it is.
  head['input.mean'].data[spec.stateSize - 1] = 1;
  for (const [net, rows] of Object.entries(tables)) head[`${net}.0.weight`].data.set(rows.flat());
  return head;
}

/** What updates work with: nets that give tables, and target networks that give others. */
export function tableLearning(tf: Tf, options: LearnerOptions, online: Tables, target: Tables): Learning {
  const { agent, policy, replay, spec } = options;
  const [now, old] = [online, target].map((tables) => tableHead(spec, tables));
  const rows = { data: options.rows.data, d: spec.actionSize, scale: spec.rowScale };
  const criticOf = ({ g, v }: { g: NetName; v: NetName }): Critic => ({
    g: new Adam(tf, new Net(tf, g, spec, now), agent.lr, agent.gradClip),
    v: new Adam(tf, new Net(tf, v, spec, now), agent.valueLr, agent.gradClip),
    target: new TargetNetwork(tf, agent.targetNetwork, {
      g: new Net(tf, g, spec, old),
      v: new Net(tf, v, spec, old),
    }),
  });
  const [first, ...others] = criticNets(spec).map(criticOf);
  return {
    tf,
    agent,
    policy,
    acting: policyAt(policy, 0),
    spec,
    rows,
    input: standardisationOf(now),
    replay: createReplay(replay),
    importance: 0,
    critics: [first, ...others],
    random: randomStream(1, 'tables'),
    centred: (episode: Trajectory, centring) => centredRows(episode, rows, centring),
  };
}

/** Frees the nets that {@link tableLearning} made. */
export function freeLearning({ critics }: Learning): void {
  for (const { g, v, target } of critics) {
    for (const part of [g, g.net, v, v.net, target]) part.dispose();
  }
}
