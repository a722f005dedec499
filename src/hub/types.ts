/** A repository on the hub. */
export interface HubRepository {
  kind: 'model' | 'dataset';
  /** Such as `owner/name`. */
  id: string;
  /** A branch, a tag or a commit. */
  revision: string;
}

/** A file in a repository. */
export interface HubFile extends HubRepository {
  /** Its path in the repository, such as `onnx/model.onnx`. */
  name: string;
}

/** How far the download of a file is. */
export interface DownloadProgress {
  /** Its name in the repository, such as `onnx/model.onnx`. */
  file: string;
  /** Bytes that are on this machine, with those of an earlier, broken download. Never falls. */
  loaded: number;
  /** The file's size, bytes; undefined where the hub does not tell before the end. */
  total: number | undefined;
}
