import { describe, expect, it } from 'vitest';
import { formatSeconds, progressDisplay } from '../../src/cli/progress.js';
import type { StepMetrics } from '../../src/eval/index.js';
import { fakeStream } from '../support/terminal.js';

const metrics: StepMetrics = {
  step: 2,
  tokens: 100,
  reward: 0.5,
  kl: 0.125,
  loss: 0.25,
  valueLoss: 0.1,
  gradNorm: 1,
  distinct2: 0.5,
  perplexity: 3.25,
  phrase: { text: 'they had so much', share: 0.125 },
  length: 10,
  outside: 0.01,
  evalReward: 0.75,
  seconds: 1,
  tokensPerSecond: 100,
};

describe('progressDisplay', () => {
  it('prints plain lines where there is no terminal', () => {
    const { base, text } = fakeStream(false);
    const display = progressDisplay(4, 'tokens', base);
    display.phase?.('training', 1000);
    display.played?.(100);
    display.step?.(metrics);
    display.warning?.('careful');
    display.end();
    const lines = text().trim().split('\n');
    expect(lines[0]).toBe('training (about 1,000 tokens)');
    expect(lines[1]).toMatch(
      /^step 2\/4 {2}reward 0\.500 {2}KL 0\.125 {2}distinct-2 0\.50 {2}ppl 3\.3 {2}loss 0\.2500 {2}eval 0\.750 {2}[\d,]+ tok\/s {2}\d+ s left {2}'they had so much' in 13%$/,
    );
    expect(lines[2]).toBe('warning: careful');
  });

  it('draws a bar on a terminal, full only when the phase came to its end', () => {
    const { base, text } = fakeStream(true);
    const display = progressDisplay(4, 'tokens', base);
    display.phase?.('training', 100);
    display.played?.(50);
    display.step?.(metrics);
    display.note('stopping');
    expect(text()).toContain('step 2/4  reward 0.500');
    expect(text()).toContain('50%');
    expect(text()).not.toContain('100%');
    display.phase?.('evaluating', 100);
    display.end(true);
    expect(text()).toContain('100%');
  });
});

it('goes on with its bar below a warning, and not below a note', () => {
  const { base, text } = fakeStream(true);
  const display = progressDisplay(4, 'tokens', base);
  display.phase?.('training', 100);
  display.played?.(50);
  display.step?.(metrics);
  display.warning?.('careful');
  const [, after] = text().split('careful\n');
  expect(after).toMatch(/training.*50%.*step 2\/4 {2}reward 0\.500/);
  display.note('stopping');
  expect(text()).toMatch(/stopping\n$/);
  display.end();
});

it('tells times in the unit that suits them', () => {
  expect([5, 119, 600, 9000].map(formatSeconds)).toEqual(['5 s', '119 s', '10 min', '2.5 h']);
});
