import cliProgress from 'cli-progress';
import { errorColour } from './colour.js';

/** The drawing of a bar, and its share, for a bar's format. */
export const BAR = `${errorColour.cyan('{bar}')} {percentage}%  `;

/**
 * A progress bar on a terminal, which takes `{ details }`.
 * @param format may hold {@link BAR} and `{details}`
 */
export function createBar(
  stream: NodeJS.WriteStream,
  format: string,
  options: Pick<cliProgress.Options, 'hideCursor' | 'clearOnComplete'>,
): cliProgress.SingleBar {
  return new cliProgress.SingleBar({
    stream,
    format,
    barCompleteChar: '\u2588',
    barIncompleteChar: '\u2591',
    barsize: 24,
    gracefulExit: false,
    ...options,
  });
}
