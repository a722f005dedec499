import type cliProgress from 'cli-progress';
import { formatBytes } from '../config/index.js';
import type { DownloadProgress } from '../lm/index.js';
import { BAR, createBar } from './bar.js';

/** Between two plain lines about a file, ms. */
const LINE_EVERY = 10_000;

/** Shows downloads on stderr, a file at a time: a bar on a terminal, and plain lines elsewhere. */
export interface DownloadDisplay {
  onDownload(progress: DownloadProgress): void;
  /** Leaves the terminal clean. */
  end(): void;
}

export function downloadDisplay(stream: NodeJS.WriteStream = process.stderr): DownloadDisplay {
  return stream.isTTY ? new BarDisplay(stream) : new LineDisplay(stream);
}

class BarDisplay implements DownloadDisplay {
  private file: string | undefined;
  private bar: cliProgress.SingleBar | undefined;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  onDownload({ file, loaded, total }: DownloadProgress): void {
    if (file !== this.file) this.begin(file);
    if (total !== undefined) this.bar?.setTotal(total);
    this.bar?.update(loaded, { details: sizes(loaded, total) });
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
    this.file = undefined;
  }

  private begin(file: string): void {
    this.end();
    this.file = file;
    this.bar = createBar(this.stream, `downloading ${file} ${BAR}{details}`, {
      hideCursor: true,
      clearOnComplete: false,
    });
    this.bar.start(1, 0, { details: '' });
  }
}

class LineDisplay implements DownloadDisplay {
  private file: string | undefined;
  private shownAt = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  onDownload({ file, loaded, total }: DownloadProgress): void {
    const done = loaded === total;
    if (file === this.file && !done && performance.now() - this.shownAt < LINE_EVERY) return;
    this.file = file;
    this.shownAt = performance.now();
    this.stream.write(`downloading ${file}: ${sizes(loaded, total)}\n`);
  }

  end(): void {}
}

function sizes(loaded: number, total: number | undefined): string {
  return total === undefined ? formatBytes(loaded) : `${formatBytes(loaded)} of ${formatBytes(total)}`;
}
