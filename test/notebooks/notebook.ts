import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { z } from 'zod';
import * as tokenq from '../../src/index.js';

/** What a cell shows, by MIME type. */
export type Shown = Record<string, string>;

/** The kernel's interface, as far as the notebooks use it. */
export interface Kernel {
  jupyter: { display(data: Shown, options: { raw: boolean }): Promise<void> };
}

export interface CodeCell {
  id: string;
  source: string;
  /** What is stored in the notebook. */
  shown: Shown[];
}

export interface Execution {
  /** What each cell showed, by its id. */
  shown: Map<string, Shown[]>;
  /** The values of the names asked for. */
  values: unknown;
}

const text = z.union([z.string(), z.array(z.string())]).transform((lines) => [lines].flat().join(''));
const codeCell = z.object({
  cell_type: z.literal('code'),
  id: z.string(),
  source: text,
  // Any other output, as that of an error or of a stream, is refused.
  outputs: z.array(z.object({ output_type: z.literal('display_data'), data: z.record(z.string(), text) })),
});
const notebook = z.object({
  cells: z.array(
    z.discriminatedUnion('cell_type', [codeCell, z.object({ cell_type: z.literal('markdown') })]),
  ),
});

/** The code cells of a notebook, in order. */
export function readCells(path: string): CodeCell[] {
  const { cells } = notebook.parse(JSON.parse(readFileSync(path, 'utf8')));
  return cells.flatMap((cell) => {
    if (cell.cell_type !== 'code') return [];
    return [{ id: cell.id, source: cell.source, shown: cell.outputs.map(({ data }) => data) }];
  });
}

/** Runs cells one after another in one scope, as a kernel does, with a display that records. */
export async function executeCells(cells: readonly CodeCell[], names: readonly string[]): Promise<Execution> {
  const shown = new Map<string, Shown[]>(cells.map(({ id }) => [id, []]));
  let current = '';
  const Deno: Kernel = {
    jupyter: {
      display: async (data) => {
        shown.get(current)?.push(data);
      },
    },
  };
  const enter = (id: string) => {
    current = id;
  };
  const source = [
    "import { Deno, enter } from 'kernel';",
    ...cells.map((cell) => `enter(${JSON.stringify(cell.id)});\n${cell.source}`),
    `export { ${names.join(', ')} };`,
  ].join('\n');
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    virtualModules: { tokenq, kernel: { Deno, enter } },
  });
  const filename = fileURLToPath(new URL('cells.ts', import.meta.url));
  return { shown, values: await jiti.evalModule(source, { filename, async: true }) };
}
