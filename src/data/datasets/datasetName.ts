import { InputError } from '../../common/index.js';
import { isHubId, isRevision, staysInside } from '../../hub/index.js';
import { tableKind } from '../rows/readTable.js';

/** A dataset on the hub, or a part of it. */
export interface DatasetName {
  /** `owner/name` */
  id: string;
  revision: string;
  /** A file or a folder in the repository; undefined for all of it. */
  path: string | undefined;
}

const SCHEME = 'hf://';
const URI = /^hf:\/\/datasets\/([^/@]+\/[^/@]+)(?:@(refs\/(?:convert|pr)\/[^/]+|[^/]+))?(?:\/(.*))?$/;

/**
 * What a user's word names on the hub: `owner/name`, or `hf://datasets/owner/name[@revision][/path]`, as in Python's
 * libraries. Undefined where it is a file's name.
 * @throws InputError when it begins as an address of the hub but is none.
 */
export function datasetName(source: string): DatasetName | undefined {
  if (source.startsWith(SCHEME)) return parseUri(source);
  const isFile = tableKind(source) !== undefined || /\.(txt|gz)$/i.test(source);
  if (isFile || !source.includes('/') || !isHubId(source)) return undefined;
  return { id: source, revision: 'main', path: undefined };
}

function parseUri(source: string): DatasetName {
  const [, id = '', revision = 'main', given = ''] = URI.exec(source) ?? [];
  const path = given.replace(/\/+$/, '');
  const branch = revision.replaceAll(/%2f/gi, '/');
  if (isHubId(id) && isRevision(branch) && staysInside(path)) {
    return { id, revision: branch, path: path === '' ? undefined : path };
  }
  throw new InputError(
    `${source} names no dataset: write hf://datasets/owner/name, and perhaps @revision and /path/in/it behind that`,
  );
}
