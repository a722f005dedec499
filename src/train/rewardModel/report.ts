import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../common/index.js';
import type { RewardReport } from './types.js';

/** Name of the file with the report of a training, beside the reward model. */
export const REPORT_FILE = 'report.json';

/** The report of a reward model's training. @throws InputError when there is none. */
export function readRewardReport(directory: string): RewardReport {
  const path = join(directory, REPORT_FILE);
  if (!existsSync(path))
    throw new InputError(`${directory} holds no reward model's report (no ${REPORT_FILE} there)`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
