import { html } from '../html.js';
import { page } from '../page.js';
import { configuration, learningCurves, warningList } from '../sections.js';
import { mainCurves, moreCurves } from './curves.js';
import type { WorldReportData } from './data.js';
import { gridSection } from './gridSection.js';
import { headline } from './headline.js';
import { facts, results } from './results.js';

/** The report of a run in an environment other than text, as a page like that of `renderReport`. */
export function renderWorldReport(data: WorldReportData): string {
  return page(
    data,
    html`
${headline(data)}
${warningList(data.warnings ?? [])}
${results(data)}
${data.grid && gridSection(data.grid)}
${learningCurves(data.steps, mainCurves(data), moreCurves(data))}
${configuration(facts(data), data.config)}`,
  );
}
