export { isHubId, isRevision, staysInside } from './names.js';
export { type DownloadOptions, Repository } from './repository.js';
export type { DownloadProgress, HubRepository } from './types.js';
