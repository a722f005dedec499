import { InputError } from '../../common/index.js';
import type { AgentConfig } from '../../config/index.js';
import type { HeadSpec } from '../types.js';

/** What a head acts on: the states that it reads and the actions that it values. */
export interface ActionSpace {
  /** Whether the actions are tokens, with rows of an `lm_head`. */
  tokens: boolean;
  /** Size of a state. */
  stateSize: number;
  /** Width of the `lm_head`'s rows, or else the number of actions. */
  actionSize: number;
  /** What the rows are multiplied by, see {@link HeadSpec.rowScale}; 1 where they are no tokens. */
  rowScale: number;
  /** Shape of an observation, where states are observations and not hidden states. */
  observationShape?: readonly number[];
}

/**
 * The head that a configuration asks for on some actions.
 * @throws InputError when its type or convolutions do not suit them.
 */
export function headSpecOf(agent: AgentConfig, space: ActionSpace): HeadSpec {
  const { head, target, critic, twin } = agent;
  const type = head.type ?? (space.tokens ? 'tied' : 'dense');
  checkType(type, space.tokens);
  return {
    type,
    stateSize: space.stateSize,
    actionSize: space.actionSize,
    hidden: head.hidden,
    image: imageOf(head.conv, space.observationShape),
    // A first batch of a world is made by random actions, and says little of the states that good ones lead to.
    standardise: head.standardise ?? space.observationShape === undefined,
    // What is left of the episode shapes a text's value; a world whose rules do not change with time has none.
    progress: space.tokens,
    centred: head.dueling && target.type !== 'ilql',
    critic,
    twin,
    rowScale: space.rowScale,
  };
}

function checkType(type: HeadSpec['type'], tokens: boolean): void {
  if (type === 'tied' && !tokens) {
    throw new InputError('agent.head.type tied needs tokens as actions: set it to dense, or leave it out');
  }
  if (type === 'dense' && tokens) {
    throw new InputError(
      'agent.head.type dense has one output for each action, too many with a whole vocabulary: set it to tied, leave it ' +
        'out, or name a few actions in env.actions',
    );
  }
}

function imageOf(layers: AgentConfig['head']['conv'], shape: readonly number[] = []): HeadSpec['image'] {
  if (layers.length === 0) return undefined;
  if (shape.length === 3) return { shape: [...shape], layers };
  const found = shape.length === 0 ? 'a hidden state' : `[${shape.join(', ')}]`;
  throw new InputError(
    `agent.head.conv is for observations of shape [height, width, channels], and here they are ${found}: leave it out`,
  );
}
