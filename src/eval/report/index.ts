export { renderCurve } from './curveChart.js';
export type { ReportData, RunSummary } from './data.js';
export { renderReport } from './report.js';
