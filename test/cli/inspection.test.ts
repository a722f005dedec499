import { describe, expect, it } from 'vitest';
import { worldTable } from '../../src/cli/commands/eval.js';
import { renderEpisode } from '../../src/cli/inspection/episode.js';
import { renderGridWorld } from '../../src/cli/inspection/gridWorld.js';
import type { EpisodeView } from '../../src/sample/index.js';
import { fakeGrid, fakeWorldEvaluation } from '../eval/worldFixture.js';

describe('renderGridWorld', () => {
  it('prints the Q table beside the exact one, the policies and the difference', () => {
    const lines = renderGridWorld(fakeGrid()).split('\n');
    expect(lines).toEqual([
      'grid world of 3 x 3, start (1, 1), goal (2, 2), gamma 0.9',
      '',
      '                         learned Q                                  exact Q',
      'cell       up   down   left  right      v best      up   down   left  right',
      '(0, 0)   0.00  -0.50  -1.00  -1.50   0.00 \u2191\u2192      0.00  -0.50  -1.00  -1.50',
      '(0, 1)  -0.50  -1.00  -1.75  -2.00  -1.00 \u2191      -0.50  -1.00  -1.50  -2.00',
      '(0, 2)  -1.00  -1.50  -2.00  -2.50  -2.00 \u2191      -1.00  -1.50  -2.00  -2.50',
      '(1, 0)  -1.50  -2.00  -2.50  -3.00  -3.00 \u2191      -1.50  -2.00  -2.50  -3.00',
      '(1, 1)  -2.00  -2.50  -3.00  -3.50  -4.00 \u2191      -2.00  -2.50  -3.00  -3.50',
      '(1, 2)  -2.50  -3.00  -3.50  -4.00  -5.00 \u2191      -2.50  -3.00  -3.50  -4.00',
      '(2, 0)  -3.00  -3.50  -4.00  -4.50  -6.00 \u2191      -3.00  -3.50  -4.00  -4.50',
      '(2, 1)  -3.50  -4.00  -4.50  -5.00  -7.00 \u2191      -3.50  -4.00  -4.50  -5.00',
      '',
      'learned policy     value iteration',
      '\u2191\u2192   \u2191    \u2191        \u2191    \u2191    \u2191',
      '\u2191    \u2191    \u2191        \u2191    \u2191    \u2191',
      '\u2191    \u2191    \u25c6        \u2191    \u2191    \u25c6',
      '',
      'largest difference  0.25 at (0, 1), left',
      'greedy action       optimal in 7 of 8 cells',
    ]);
  });

  it('puts the policies below each other where they are wide, and tells of a start anywhere', () => {
    const { start: _, ...anywhere } = fakeGrid(12);
    const lines = renderGridWorld(anywhere).split('\n');
    expect(lines[0]).toContain('start anywhere');
    const learned = lines.indexOf('learned policy');
    expect(lines[learned + 14]).toBe('value iteration');
    expect(lines[learned + 12]).toMatch(/^(?:\u2191 {4}){11}\u25c6$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('keeps its columns with large values', () => {
    const grid = fakeGrid();
    grid.cells[0] = { ...grid.cells[0], value: -1234567.25, q: [-0.001, -123.45, -1234.5, 12345.6] };
    expect(renderGridWorld(grid)).toContain('   0.00 -123.5  -1235  12346  -1e+6 \u2191\u2192 ');
  });
});

describe('renderEpisode', () => {
  const view: EpisodeView = {
    environment: 'cartpole',
    seed: 7,
    policy: 'greedy',
    steps: [
      {
        observation: [0.123456, -2, 0],
        value: 10.5,
        actions: [
          { action: 'left', advantage: -0.25, q: 10.25, taken: false },
          { action: 'right', advantage: 0.25, q: 10.75, taken: true },
        ],
        reward: 1,
      },
    ],
    return: 1500,
    length: 1500,
    end: 'truncated',
  };

  it('prints each step and how the episode ended', () => {
    expect(renderEpisode(view).split('\n')).toEqual([
      'cartpole, seed 7, greedy policy',
      '> taken   Q = v + A',
      '',
      '   1 v +10.500  reward +1.000  [0.123 -2 0]',
      '     left   A    -0.250  Q   +10.250',
      '   > right  A    +0.250  Q   +10.750',
      '',
      '... 1,499 steps more (--steps shows more)',
      '',
      'return 1,500 in 1,500 steps, truncated',
    ]);
  });

  it('cuts long observations and names, and is quiet where all is shown', () => {
    const [step] = view.steps;
    const actions = [{ ...step.actions[0], action: 'a very long name for what one can do' }];
    const long = { ...step, observation: Array.from({ length: 84 }, (_, i) => i), actions };
    const text = renderEpisode({ ...view, steps: [long], length: 1, return: -0.5, end: 'terminated' });
    expect(text).toContain('[0 1 2 3 4 5 \u2026 of 84]');
    expect(text).toContain('  a very long name for wh\u2026  A ');
    expect(text).not.toContain('--steps');
    expect(text).toMatch(/return -0\.5 in 1 step, terminated$/);
  });
});

it('compares random with trained', () => {
  expect(worldTable(fakeWorldEvaluation())).toEqual([
    '100 episodes  return (95% interval)         length',
    'random        -21.500 (-25.500 to -17.500)  22.5',
    'trained       -1.000 (-1.000 to -1.000)     2.0',
  ]);
});
