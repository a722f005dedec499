import { InputError } from '../../common/index.js';
import { FileWindow } from './fileWindow.js';

const LFS_POINTER = 'version https://git-lfs.github.com/spec';

/** @throws InputError for an empty file and for a Git LFS pointer that stands for the file. */
export function refuseBadFile(path: string): void {
  const file = new FileWindow(path);
  try {
    if (file.size === 0) throw new InputError(`${path} is empty: download it again`);
    if (Buffer.from(file.view(0, LFS_POINTER.length)).toString('latin1') === LFS_POINTER) {
      throw new InputError(
        `${path} is a Git LFS pointer, not the file itself: run git lfs pull in its repository`,
      );
    }
  } finally {
    file.close();
  }
}
