import { describe, expect, it } from 'vitest';
import { type ActionSpace, headSpecOf } from '../../../src/agent/index.js';
import { InputError } from '../../../src/common/index.js';
import { runConfig } from '../../../src/config/index.js';

const tokens: ActionSpace = { tokens: true, stateSize: 5, actionSize: 5, rowScale: 0.25 };
const world: ActionSpace = { tokens: false, stateSize: 12, actionSize: 3, rowScale: 1 };
const conv = [{ filters: 2, size: 2 }];

const specOf = (agent: object, space: ActionSpace) => headSpecOf(runConfig.parse({ agent }).agent, space);

describe('headSpecOf', () => {
  it('ties the head to tokens, and tells its value the time', () => {
    expect(specOf({ head: { hidden: [7] } }, tokens)).toEqual({
      type: 'tied',
      stateSize: 5,
      actionSize: 5,
      hidden: [7],
      image: undefined,
      standardise: true,
      progress: true,
      centred: true,
      critic: { type: 'scalar' },
      twin: false,
      rowScale: 0.25,
    });
    expect(specOf({ head: { type: 'tied' } }, tokens).type).toBe('tied');
  });

  it('gives other actions an output each', () => {
    const agent = { twin: true, critic: { type: 'quantile' } };
    expect(specOf(agent, world)).toMatchObject({
      type: 'dense',
      actionSize: 3,
      progress: false,
      critic: { type: 'quantile', quantiles: 32, kappa: 1 },
      twin: true,
    });
    expect(specOf({ head: { type: 'dense' } }, world).type).toBe('dense');
  });

  it('convolves images, without padding and by steps of one where nothing is said', () => {
    const image = { ...world, observationShape: [3, 2, 2] };
    expect(specOf({ head: { conv } }, image).image).toEqual({
      shape: [3, 2, 2],
      layers: [{ filters: 2, size: 2, stride: 1 }],
    });
    expect(specOf({}, image).image).toBeUndefined();
  });

  it('standardises hidden states, and observations where it is told to', () => {
    const vector = { ...world, observationShape: [12] };
    expect(specOf({}, vector).standardise).toBe(false);
    expect(specOf({ head: { standardise: true } }, vector).standardise).toBe(true);
    expect(specOf({ head: { standardise: false } }, tokens).standardise).toBe(false);
  });

  it('centres advantages but without a value, and where they are Q less the value', () => {
    expect(specOf({ target: { type: 'dqn' } }, world).centred).toBe(true);
    expect(specOf({ target: { type: 'dqn' }, head: { dueling: false } }, world).centred).toBe(false);
    expect(specOf({ target: { type: 'ilql' } }, world).centred).toBe(false);
  });

  it.each([
    ['rows of no lm_head', { type: 'tied' }, world, 'agent.head.type tied needs tokens as actions'],
    [
      'an output for each token',
      { type: 'dense' },
      tokens,
      'agent.head.type dense has one output for each action',
    ],
    ['an image of a hidden state', { conv }, tokens, 'and here they are a hidden state: leave it out'],
    [
      'an image of a vector',
      { conv },
      { ...world, observationShape: [12] },
      'and here they are [12]: leave it out',
    ],
  ])('refuses %s', (_, head, space, message) => {
    expect(() => specOf({ head }, space)).toThrow(InputError);
    expect(() => specOf({ head }, space)).toThrow(message);
  });
});
