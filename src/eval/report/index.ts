export { type Card, count, lead } from './cards.js';
export { type ComparisonRow, drawComparison } from './comparison.js';
export { renderCurve } from './curveChart.js';
export type { ReportData, RunSummary } from './data.js';
export {
  decimalsFor,
  formatBounds,
  formatDuration,
  formatFixed,
  formatNumber,
  formatPercent,
  formatTick,
} from './format.js';
export { Html, html } from './html.js';
export { type PageFrame, page } from './page.js';
export { pagePalette } from './palette.js';
export { renderReport } from './report.js';
export { configuration, type Fact, figure, warningList } from './sections.js';
export { type ChartOption, chartFont, chartWidth, drawSvg, labelsInside } from './svg.js';
export { whisker } from './whisker.js';
export type { WorldReportData, WorldRunSummary } from './world/data.js';
export { renderWorldReport } from './world/report.js';
