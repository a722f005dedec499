import { stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';
import { runCli } from '../../src/cli/program.js';

/** Runs the command line from its sources, in this process; without colours. */
export async function runInProcess(
  ...args: string[]
): Promise<{ status: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((piece) => {
      written[stream] += stripVTControlCharacters(String(piece));
      return true;
    });
  }
  try {
    const status = await runCli(args);
    return { status, ...written };
  } finally {
    vi.restoreAllMocks();
  }
}
