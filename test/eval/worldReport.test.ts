import { describe, expect, it } from 'vitest';
import { renderWorldReport } from '../../src/eval/report/index.js';
import { checked, headings } from './checkedPage.js';
import { around } from './reportFixture.js';
import { fakeGrid, fakeWorldEvaluation, fakeWorldReport, fakeWorldSteps } from './worldFixture.js';

describe('renderWorldReport', () => {
  it('has every section, a drawing for each figure, and the headline', () => {
    const page = checked(renderWorldReport(fakeWorldReport()));
    expect(headings(page)).toEqual(['Results', 'Q in the grid world', 'Learning curves', 'Configuration']);
    expect(page).toContain(
      'After 40 steps and 2,560 environment steps in 3.0 s, the mean return of an episode rose from \u221221.5 ' +
        '(random actions) to \u22121.00.',
    );
    expect(page).toContain('95% interval \u22121.00 to \u22121.00');
    expect(page).toContain('95% interval \u221225.5 to \u221217.5');
    expect(page).toContain('steps, mean of 100 episodes');
    expect(page).toContain('<dd>100 episodes of each policy, 2,450 steps in 0.3 s</dd>');
    expect(page).toContain('type: gridworld');
    expect(page.match(/<figure>/g)).toHaveLength(page.match(/<svg/g)?.length ?? 0);
  });

  it('says rose or fell only where the intervals lie apart', () => {
    const words = (trained: number, half: number) => {
      const evaluation = fakeWorldEvaluation({ trained: { return: around(trained, half), length: 9 } });
      return renderWorldReport(fakeWorldReport({ evaluation })).match(/an episode (\w+) from/)?.[1];
    };
    expect(words(-17.4, 0.05)).toBe('rose');
    expect(words(-17.4, 1)).toBe('went');
    expect(words(-40, 1)).toBe('fell');
  });

  it('draws the curves that there are, the return against random actions', () => {
    const page = renderWorldReport(fakeWorldReport());
    expect(titles(page)).toEqual([
      ...['Return', 'Learned', 'Value iteration'],
      ...['Return', 'Length', 'Loss', 'Epsilon', 'Gradient norm', 'Speed'],
    ]);
    expect(page).toContain(
      'aria-label="Return by training step: training from \u221219.0 at step 2 to \u221211.0 at step 10; ' +
        'evaluation from \u22129.00 at step 2 to \u22121.00 at step 10; random actions \u221221.5."',
    );
    expect(page).toContain('steps per second');
    expect(page).not.toMatch(/Distinct-2|Perplexity|KL per token|Generated tokens|prompts/);
  });

  it('shows the value loss where there is one of its own, and beta where that is the knob', () => {
    const steps = fakeWorldSteps(4).map(({ epsilon: _, ...step }) => ({ ...step, valueLoss: 2, beta: 5 }));
    const shown = titles(renderWorldReport(fakeWorldReport({ steps, grid: undefined })));
    expect(shown).toEqual([
      'Return',
      'Return',
      'Length',
      'Loss',
      'Value loss',
      'Beta',
      'Gradient norm',
      'Speed',
    ]);
  });

  it('does without a grid, without steps and without a configuration', () => {
    const page = checked(
      renderWorldReport(fakeWorldReport({ grid: undefined, steps: [], config: undefined })),
    );
    expect(headings(page)).toEqual(['Results', 'Configuration']);
    expect(page).not.toContain('Largest error of Q');
  });

  it('needs no script and no network, and uses every id once', () => {
    const page = renderWorldReport(fakeWorldReport());
    expect(page).not.toMatch(/<script|<link|<img|@import|url\((?!#)|\bsrc=|\bhref=/);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [svg] of page.matchAll(/<svg[^>]*><title>/g)) expect(svg).toMatch(/aria-label="[^"]+"/);
  });

  it('escapes every text from outside', () => {
    const nasty = '<script>"&';
    const { summary } = fakeWorldReport();
    const texts = { environment: nasty, head: nasty, target: nasty, policy: nasty };
    const page = checked(
      renderWorldReport(
        fakeWorldReport({
          title: nasty,
          summary: { ...summary, ...texts },
          warnings: [nasty],
          config: nasty,
        }),
      ),
    );
    expect(page).not.toContain('<script');
    expect(page.split('&#60;script&#62;&#34;&#38;').length - 1).toBe(8);
  });
});

describe('the Q figure', () => {
  it('says in words how far the learned Q is off, and where', () => {
    const page = renderWorldReport(fakeWorldReport());
    expect(page).toContain('differs from value iteration\u2019s by at most 0.250, at (0, 1), left.');
    expect(page).toContain('optimal in 7 of 8 cells.');
    const grid = fakeGrid();
    const exact = {
      ...grid,
      optimalCells: 8,
      largestDifference: { ...grid.largestDifference, difference: 2e-5 },
    };
    const good = renderWorldReport(fakeWorldReport({ grid: exact }));
    expect(good).toContain('by less than 0.0001. The greedy action is optimal in all 8 cells.');
    expect(good).toContain('&#60; 0.0001');
  });

  it('has a triangle and a number for each action, an arrow for each best one, start and goal', () => {
    const [learned, exact] = grids(renderWorldReport(fakeWorldReport()));
    expect(numbers(learned).slice(0, 8)).toEqual([
      '0.00',
      '\u22120.50',
      '\u22121.00',
      '\u22121.50',
      '\u22120.50',
      '\u22121.00',
      '\u22121.75',
      '\u22122.00',
    ]);
    expect(numbers(exact)[6]).toBe('\u22121.50');
    expect(numbers(learned)).toHaveLength(8 * 4);
    expect(triangles(learned)).toHaveLength(8 * 4);
    // The worst action is the palest and the best the strongest.
    const tints = triangles(learned).map((opacity) => Number(opacity));
    expect([Math.min(...tints), Math.max(...tints)]).toEqual([0.04, 0.5]);
    expect(tints[0]).toBe(0.5);
    expect(turns(learned)).toEqual([0, 90, 0, 0, 0, 0, 0, 0, 0]);
    expect(turns(exact)).toHaveLength(8);
    expect(learned).toContain('aria-label="Learned Q. Best actions: (0, 0) up or right; (0, 1) up;');
    expect(learned.match(/<circle/g)).toHaveLength(1);
    expect(learned).toMatch(/translate\(200 200\)"><rect.*>goal<\/text>/);
  });

  it('marks no start where there is none, and has no numbers where they would be too small', () => {
    const { start: _, ...anywhere } = fakeGrid(8);
    const page = checked(renderWorldReport(fakeWorldReport({ grid: anywhere })));
    const [learned] = grids(page);
    expect(learned).not.toContain('<circle');
    expect(page).not.toContain('The ring marks the start');
    expect(numbers(learned)).toEqual([]);
    expect(triangles(learned)).toHaveLength(63 * 4);
    // Its table has them.
    expect(page).toMatch(/<th scope="row">\(7, 6\)<\/th>/);
  });

  it('shows values that are not finite', () => {
    const grid = fakeGrid();
    grid.cells[3] = { ...grid.cells[3], q: [Number.NaN, 0, 0, 0], greedy: [] };
    const page = checked(renderWorldReport(fakeWorldReport({ grid })));
    expect(page).toContain('(1, 0) none');
    expect(numbers(grids(page)[0])).toContain('n/a');
  });
});

function titles(page: string): string[] {
  return [...page.matchAll(/<figcaption><strong>([^<]*)</g)].map(([, title]) => title);
}

function grids(page: string): string[] {
  return [...page.matchAll(/<svg[^>]* id="q-.*?<\/svg>/g)].map(([svg]) => svg);
}

function numbers(svg: string): string[] {
  return [...svg.matchAll(/fill="var\(--text\)"(?: font-weight="700")?>([^<]*\d|n\/a)</g)].map(
    ([, text]) => text,
  );
}

function triangles(svg: string): string[] {
  return [...svg.matchAll(/fill-opacity="([\d.]+)" stroke="var\(--rule\)"/g)].map(([, opacity]) => opacity);
}

function turns(svg: string): number[] {
  return [...svg.matchAll(/rotate\((\d+) 50 50\)/g)].map(([, turn]) => Number(turn));
}
