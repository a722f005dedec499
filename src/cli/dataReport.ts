import type { DataReport, Leaks, Lengths, Match, Place } from '../data/index.js';
import { colour } from './colour.js';
import { tableLines } from './table.js';

/** Most bad rows that are shown; `--json` has all. */
const MOST_BAD_ROWS = 20;
/** Most rows of another kind that are named. */
const MOST_NAMED = 5;

const FORMATS: Readonly<Record<DataReport['format'], string>> = {
  prompts: 'prompts',
  paired: "preference pairs ('chosen' and 'rejected')",
  scored: "scored completions ('reward' or 'score')",
  ranked: "ranked completions ('rank')",
  unpaired: "labelled completions ('label')",
};
const SKIPS = [
  ['same text', 'with chosen equal to rejected'],
  ['tie', 'ties'],
  ['empty', 'empty'],
  ['alone', 'with nothing to compare'],
] as const;

/** What was found in a dataset, for people. */
export function renderData(report: DataReport): string {
  const lines = [
    `${colour.bold(report.source)} holds ${FORMATS[report.format]}`,
    '',
    ...facts(report).map(([name, value]) => `${name.padEnd(20)}${value}`),
    '',
    ...tableLines(lengthRows(report)),
    ...badRows(report),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is wrong with a dataset, in a line; undefined where all rows can be used. */
export function problemsOf({ source, badRows: bad, leaks }: DataReport): string | undefined {
  const problems = [
    ...(bad.length > 0 ? [`${count(bad.length, 'bad row')}`] : []),
    ...(leaks && leaks.prompts.length > 0
      ? [`${count(leaks.prompts.length, 'row')} whose prompt is in ${leaks.against} too`]
      : []),
  ];
  return problems.length > 0
    ? `${source} has ${problems.join(', and ')}: mend them or leave them out`
    : undefined;
}

type Fact = [name: string, value: string];

function facts(report: DataReport): Fact[] {
  const several = report.files.length > 1;
  return [
    ...countFacts(report, several),
    ...repeatFacts(report, several),
    ...pairFacts(report),
    ...(report.leaks ? leakFacts(report.leaks, several) : []),
  ];
}

function countFacts({ files, rows, pairs, skipped, prompts, distinctPrompts }: DataReport, several: boolean) {
  const skips = SKIPS.flatMap(([kind, phrase]) => {
    const n = skipped[kind];
    return n === undefined ? [] : [`${number(n)} ${phrase}`];
  });
  const counts: Fact[] = several ? [['files', number(files.length)]] : [];
  counts.push(['rows', number(rows)]);
  if (pairs !== undefined) counts.push(['pairs', number(pairs)]);
  if (skips.length > 0) counts.push(['without a pair', skips.join(', ')]);
  counts.push(['prompts', `${number(prompts)}, ${number(distinctPrompts)} of them distinct`]);
  return counts;
}

function repeatFacts({ format, duplicates, contradictions }: DataReport, several: boolean) {
  const { mostRepeated: most, repeatedPrompts, rows } = duplicates;
  const often = most ? `, up to ${number(most.rows)} times (${excerpt(most.prompt)})` : '';
  const repeats: Fact[] = [
    ['repeated prompts', `${number(repeatedPrompts)}${often}`],
    ['repeated rows', `${number(rows.length)}${named(rows, 'as', several)}`],
  ];
  if (format === 'prompts') return repeats;
  const against = named(contradictions, 'against', several);
  return [...repeats, ['contradictions', `${number(contradictions.length)}${against}`] satisfies Fact];
}

function pairFacts({ longerChosen, emptyRejected }: DataReport) {
  const found: Fact[] = emptyRejected ? [['empty rejected', number(emptyRejected)]] : [];
  if (longerChosen !== undefined) {
    found.push(['chosen is longer', `in ${(100 * longerChosen).toFixed(1)}% of the pairs`]);
  }
  return found;
}

function leakFacts({ against, prompts, pairs }: Leaks, several: boolean) {
  const leaked = (matches: readonly Match[]) =>
    `${number(matches.length)} stand in ${against} too${named(matches, 'at', several)}`;
  const leaks: Fact[] = [['leaked prompts', leaked(prompts)]];
  if (pairs.length > 0) leaks.push(['leaked pairs', leaked(pairs)]);
  return leaks;
}

function lengthRows({ lengths }: DataReport): string[][] {
  const rows = Object.entries(lengths).flatMap(([name, spreads]) => spreadRows(name, spreads));
  return [['length', '', 'min', 'median', '95%', 'max'], ...rows];
}

function spreadRows(name: string, lengths: Lengths): string[][] {
  return Object.entries(lengths).map(([unit, { min, median, p95, max }]) => {
    return [name, unit, ...[min, median, p95, max].map(number)];
  });
}

function badRows({ badRows: bad }: DataReport): string[] {
  if (bad.length === 0) return [];
  const more = bad.length - MOST_BAD_ROWS;
  return [
    '',
    colour.bold(count(bad.length, 'bad row')),
    ...bad.slice(0, MOST_BAD_ROWS).map(({ place, reason }) => `${place}: ${reason}`),
    ...(more > 0 ? [`and ${number(more)} more, which --json shows`] : []),
  ];
}

/** Where some rows stand, and those that they repeat or contradict. */
function named(matches: readonly Match[], verb: string, several: boolean): string {
  if (matches.length === 0) return '';
  const place = ({ file, line }: Place) => (several ? `${file}:${line}` : `${line}`);
  const all = matches.slice(0, MOST_NAMED).map((match) => `${place(match)} ${verb} ${place(match.other)}`);
  return ` (${all.join(', ')}${matches.length > MOST_NAMED ? ', ...' : ''})`;
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 40 ? `${line.slice(0, 40)}...` : line;
}

function count(n: number, what: string): string {
  return `${number(n)} ${what}${n === 1 ? '' : 's'}`;
}

function number(n: number): string {
  return n.toLocaleString('en');
}
