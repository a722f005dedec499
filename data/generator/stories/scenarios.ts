import { HOME_SCENARIOS } from './scenariosHome.js';
import { OUTDOOR_SCENARIOS } from './scenariosOutdoors.js';

/** All kinds of stories about one event each. */
export const SCENARIOS = [...HOME_SCENARIOS, ...OUTDOOR_SCENARIOS];
