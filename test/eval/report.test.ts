import { describe, expect, it } from 'vitest';
import { thin } from '../../src/eval/report/curves.js';
import { renderCurve, renderReport } from '../../src/eval/report/index.js';
import { neutralPalette } from '../../src/eval/report/palette.js';
import { reportWarnings } from '../../src/eval/report/warnings.js';
import { checked, headings } from './checkedPage.js';
import { around, fakeEvaluation, fakeReport, fakeSamples, fakeSteps } from './reportFixture.js';

describe('renderReport', () => {
  it('has every section, a chart for each figure, and the headline', () => {
    const page = checked(renderReport(fakeReport()));
    expect(headings(page)).toEqual([
      'Results',
      'Reward and diversity',
      'Learning curves',
      'Before and after',
      'Configuration',
    ]);
    expect(page).toContain('rose from 0.312 to 0.823, at 0.202 nats of KL per token');
    expect(page).toContain('0.788 to 0.858');
    expect(page).toContain('74.4% of the base&#39;s 0.531');
    expect(page.match(/class="prompt"/g)).toHaveLength(20);
    expect(page.match(/<figure>/g)).toHaveLength(page.match(/<svg/g)?.length ?? 0);
  });

  it('needs no script and no network', () => {
    const page = renderReport(fakeReport());
    expect(page).not.toMatch(/<script|<link|<img|@import|url\((?!#)|\bsrc=|\bhref=/);
    expect(page).toContain("default-src 'none'");
  });

  it('describes charts and tables for those who cannot see them', () => {
    const page = renderReport(fakeReport());
    for (const [svg] of page.matchAll(/<svg[^>]*><title>/g))
      expect(svg).toMatch(/role="img" aria-label="[^"]+"/);
    expect(page).toMatch(/aria-label="KL per token by training step: training from [^"]*; budget 0.200\."/);
    expect(page).toMatch(/<caption.*<th scope="col">.*<th scope="row">Best of 16/s);
  });

  it('gives the same page for the same data, with ids used once', () => {
    const page = renderReport(fakeReport());
    expect(renderReport(fakeReport())).toBe(page);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('escapes every text from outside', () => {
    const nasty = '<script>alert("1")</script>&\'\u0000\u001b[0m';
    const safe = '&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#38;&#39;\ufffd\ufffd[0m';
    const { summary } = fakeReport();
    const sample = { prompt: nasty, base: nasty, baseReward: 0, tuned: nasty, tunedReward: 1 };
    const page = checked(
      renderReport(
        fakeReport({
          title: nasty,
          createdAt: nasty,
          summary: { ...summary, lm: nasty, reward: nasty, prompts: nasty, head: nasty, policy: nasty },
          samples: [sample],
          warnings: [nasty],
          config: nasty,
        }),
      ),
    );
    expect(page).not.toContain('<script');
    expect(page).not.toContain('\u0000');
    expect(page.split(safe).length - 1).toBe(14);
  });

  it('shows a frontier and marks the calibrated beta where there are several', () => {
    const several = renderReport(fakeReport({ evaluation: fakeEvaluation([5, 10, 15]), beta: 10 }));
    expect(several).toContain('Reward against KL');
    expect(several).toMatch(/class="chosen"><th scope="row">Tuned, \u03b2 = 10</);
    expect(several).toContain('rose from 0.312 to 0.727');
    expect(renderReport(fakeReport())).not.toContain('Reward against KL');
  });

  it('does without an evaluation, samples and a configuration', () => {
    const page = checked(
      renderReport(
        fakeReport({ evaluation: undefined, samples: undefined, config: undefined, klBudget: undefined }),
      ),
    );
    expect(headings(page)).toEqual(['Reward and diversity', 'Learning curves', 'Configuration']);
    expect(page).not.toContain('Most frequent');
    expect(page).toContain('It has not been evaluated yet');
  });

  it('does without steps', () => {
    const page = checked(renderReport(fakeReport({ steps: [] })));
    expect(headings(page)).toEqual(['Results', 'Reward and diversity', 'Before and after', 'Configuration']);
    expect(page).not.toContain('Values by training step');
    checked(renderReport(fakeReport({ steps: [], evaluation: undefined })));
  });

  it('shows a single step as a point', () => {
    const page = checked(renderReport(fakeReport({ steps: fakeSteps(1), evaluation: undefined })));
    expect(page).toMatch(/aria-label="Reward by training step: training \S+ at step 1;/);
    expect(page).toContain('<dd class="note">step 1</dd>');
  });

  it('leaves out values that are not finite and curves without any', () => {
    const steps = fakeSteps(5).map((step) => ({
      ...step,
      loss: Number.NaN,
      valueLoss: Number.POSITIVE_INFINITY,
    }));
    steps[2].reward = Number.NaN;
    const evaluation = fakeEvaluation();
    evaluation.base.perplexity = Number.NaN;
    evaluation.bestOf = [];
    const page = checked(renderReport(fakeReport({ steps, evaluation })));
    expect(page).not.toContain('id="curve-loss');
    expect(page).not.toMatch(/<strong>(?:Loss|Value loss)</);
    expect(page).toContain('n/a');
  });

  it('shows reward beside KL, diversity and perplexity, and what most completions hold', () => {
    const page = checked(renderReport(fakeReport()));
    const section = page.slice(page.indexOf('id="diversity"'), page.indexOf('id="learning"'));
    const titles = [...section.matchAll(/<strong>([^<]*)</g)].map(([, title]) => title);
    expect(titles).toEqual(['Reward', 'KL per token', 'Distinct-2', 'Perplexity', 'Commonest phrase']);
    expect(section).toMatch(/Perplexity by training step: training from [^"]*; base model 18\.4/);
    const [phrases, completions] = section.split('Most frequent completions');
    expect(phrases).toMatch(
      /<caption>Base<.*under the old tree<\/th><td>4\.3%.*<caption>Tuned<.*they had so much<\/th><td>12\.5%/s,
    );
    expect(completions).toMatch(
      /<caption>Base: none<.*<caption>Tuned<.*They had so much fun\.<\/th><td>0\.8%/s,
    );
  });

  it('leaves out the completions where none occurs twice, and names an empty one', () => {
    const evaluation = fakeEvaluation();
    evaluation.tuned[0].repeated = [];
    expect(renderReport(fakeReport({ evaluation }))).not.toContain('Most frequent completions');
    evaluation.base.repeated = [{ text: '', share: 0.5 }];
    expect(renderReport(fakeReport({ evaluation }))).toMatch(/<em>empty<\/em><\/th><td>50\.0%/);
  });

  it('stays small with thousands of steps', () => {
    const page = checked(renderReport(fakeReport({ steps: fakeSteps(5000) })));
    expect(page.length).toBeLessThan(200_000);
    expect(page).toContain('Neighbouring steps are averaged');
  });

  it('shows texts of any direction and length', () => {
    const [pair] = fakeSamples(1);
    const long = 'so very long, and long again '.repeat(500);
    const samples = [
      {
        ...pair,
        prompt: '\u0645\u0631\u062d\u0628\u0627',
        base: '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
        tuned: '',
      },
      { ...pair, tuned: long },
    ];
    const page = checked(renderReport(fakeReport({ samples })));
    expect(page).toContain('<p class="prompt" dir="auto">\u0645\u0631\u062d\u0628\u0627</p>');
    expect(page).toContain('\u{1f468}\u200d\u{1f469}\u200d\u{1f467}');
    expect(page).toContain('<em>empty</em>');
    expect(page).toContain(`dir="auto" tabindex="0">${long.trim()}</p>`);
  });
});

describe('reportWarnings', () => {
  it('has nothing to say of a good run', () => {
    expect(reportWarnings(fakeReport())).toEqual([]);
    expect(renderReport(fakeReport())).not.toContain('id="warnings"');
  });

  it('tells of lost diversity, of KL above the budget and of a gain within the noise', () => {
    const evaluation = fakeEvaluation();
    const [tuned] = evaluation.tuned;
    evaluation.tuned = [{ ...tuned, distinct2: 0.2, klPerToken: 0.5, gain: around(0.01, 0.02) }];
    const warnings = reportWarnings(fakeReport({ evaluation, warnings: ['From the run.'] }));
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toBe('From the run.');
    expect(warnings[1]).toContain("distinct-2 is 0.200, less than half of the base model's 0.531");
    expect(warnings[2]).toContain('0.5 nats, above the budget of 0.2');
    expect(warnings[3]).toContain('within the noise');
  });

  it('lets the KL of other prompts pass the budget a little', () => {
    expect(reportWarnings(fakeReport({ klBudget: 0.19 }))).toEqual([]);
    expect(reportWarnings(fakeReport({ klBudget: 0.18 }))).toHaveLength(1);
  });
});

describe('renderCurve', () => {
  it('is one SVG that names its lines', () => {
    const svg = renderCurve(fakeSteps(16), fakeEvaluation());
    expect(svg).toMatch(
      /^<svg role="img" aria-label="Reward by training step: [^"]+" width="760" height="340"/,
    );
    expect(svg.trim()).toMatch(/<\/svg>$/);
    for (const name of ['training', 'evaluation', 'base model', 'best of 16', 'tuned, calibrated']) {
      expect(svg).toContain(`>${name}</text>`);
    }
    expect(svg).not.toMatch(/var\(|NaN|<style/);
  });

  it('does without references and with one step', () => {
    expect(renderCurve(fakeSteps(1))).not.toContain('NaN');
    expect(renderCurve([])).not.toContain('NaN');
  });

  it('has colours that stand out from white and from near black', () => {
    const { grid: _grid, ...colors } = neutralPalette;
    for (const color of Object.values(colors)) {
      expect(contrast(color, '#ffffff')).toBeGreaterThan(3);
      expect(contrast(color, '#0d1117')).toBeGreaterThan(3);
    }
  });
});

describe('thin', () => {
  it('averages neighbours, all about equally many', () => {
    expect(
      thin(
        [
          [1, 2],
          [2, 4],
          [3, 6],
          [4, 8],
        ],
        2,
      ),
    ).toEqual([
      [1.5, 3],
      [3.5, 7],
    ]);
  });

  it('keeps a short series', () => {
    expect(
      thin(
        [
          [1, 2],
          [5, 4],
        ],
        2,
      ),
    ).toEqual([
      [1, 2],
      [5, 4],
    ]);
  });
});

/** The contrast of two colours as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
