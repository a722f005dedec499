import type { ReportData } from './data.js';
import { diversity } from './diversity.js';
import { headline } from './headline.js';
import { html } from './html.js';
import { learnerCurves, present } from './learnerCurves.js';
import { page } from './page.js';
import { moreCurves } from './reportCurves.js';
import { configuration, learningCurves, warningList } from './sections.js';
import { facts, results, samplePairs } from './textSections.js';
import { reportWarnings } from './warnings.js';

/** The report of a run on text as one HTML page that needs nothing else: no script, no network. */
export function renderReport(data: ReportData): string {
  return page(
    data,
    html`
${headline(data)}
${warningList(reportWarnings(data))}
${results(data)}
${diversity(data)}
${learningCurves(data.steps, present(learnerCurves(data.steps)), moreCurves(data))}
${samplePairs(data)}
${configuration(facts(data), data.config)}`,
  );
}
