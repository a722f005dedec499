import { describe, expect, it } from 'vitest';
import { parseGrid, parseRandom, splitValues } from '../../../src/train/sweep/parseSpace.js';

describe('parseGrid', () => {
  it('reads lists of YAML values by key', () => {
    expect(
      parseGrid(['agent.lr=1e-4,3e-4', 'agent.target.type=soft,double', 'agent.twin=true,false']),
    ).toEqual({
      'agent.lr': [1e-4, 3e-4],
      'agent.target.type': ['soft', 'double'],
      'agent.twin': [true, false],
    });
  });

  it('splits at the commas outside of brackets, braces and quotes alone', () => {
    expect(splitValues(`a,[1,[2,3]],{type: x, y: 1},"b,c",'d,e'`)).toEqual([
      'a',
      '[1,[2,3]]',
      '{type: x, y: 1}',
      '"b,c"',
      `'d,e'`,
    ]);
    expect(
      parseGrid(['agent.head.hidden=[64,64],[256]', 'reward=sentiment,{type: length, target: 5}']),
    ).toEqual({
      'agent.head.hidden': [[64, 64], [256]],
      reward: ['sentiment', { type: 'length', target: 5 }],
    });
  });

  it.each([
    ['agent.lr', /write a key and its values/],
    ['agent.lr=1,,2', /a value is missing/],
    ['agent.lr=', /a value is missing/],
    ['agent.lr=[1,2', /is not valid YAML/],
  ])('refuses %s', (source, message) => {
    expect(() => parseGrid([source])).toThrow(message);
  });

  it('refuses a key that comes twice', () => {
    expect(() => parseGrid(['seed=1', 'seed=2'])).toThrow(/'seed' comes twice/);
  });
});

describe('parseRandom', () => {
  it('reads ranges: whole between whole ends, uniform or log-uniform', () => {
    expect(parseRandom(['a=1e-4..1e-2:log', 'b=1..10', 'c=0.0..1.0', 'd=-3..4:log', 'e=.5..2'])).toEqual({
      a: { low: 1e-4, high: 1e-2, log: true, integer: false },
      b: { low: 1, high: 10, log: false, integer: true },
      c: { low: 0, high: 1, log: false, integer: false },
      d: { low: -3, high: 4, log: true, integer: true },
      e: { low: 0.5, high: 2, log: false, integer: false },
    });
  });

  it.each(['a=1', 'a=1,2', 'a=x..2', 'a=1..2:exp', 'a=..2', 'a=1..'])('refuses %s', (source) => {
    expect(() => parseRandom([source])).toThrow(/write two numbers/);
  });
});
