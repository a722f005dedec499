import type { SlotSource } from '../grammar.js';
import { type Rng, settle } from '../rng.js';
import { wordSlots } from '../scene.js';
import { DISHES } from '../words/food.js';
import { HE_NAMES, SHE_NAMES } from '../words/people.js';
import { ATTRIBUTE } from '../words/tone.js';
import { BUDDIES, PERSONALITY, WHEN } from './common.js';
import type { Domain } from './domain.js';

/** The slots of one review or diary note (without a domain): its subject,
its parts and its people stay the same. */
export function firstPersonSlots(rng: Rng, domain: Domain | undefined): SlotSource {
  const words = wordSlots(rng);
  const buddy = rng.pick(BUDDIES);
  const called = rng.pick(buddy.she ? SHE_NAMES : HE_NAMES);
  const kinship = buddy.who.replace(/ ?\{s?he\}/, '');
  const named = kinship !== buddy.who;
  let mentions = 0;
  const mention = (): string => {
    mentions++;
    if (mentions === 1) return named ? `my ${kinship} ${called}` : `my ${kinship}`;
    return named && rng.chance(0.7) ? called : `my ${kinship}`;
  };
  const subject = domain ? rng.pick(domain.subjects) : 'day';
  const staff = domain ? [rng.pick(domain.staff), rng.pick(domain.staff)] : ['neighbor'];
  const dish = settle(rng, rng.pick(DISHES));
  let lastAspect = '';
  return (slot, draw) => {
    switch (slot) {
      case 's':
        return subject;
      case 'a1':
        return rng.pick(ATTRIBUTE['=']);
      case 'asp': {
        const parts = (domain?.aspects ?? ['day']).filter((part) => part !== lastAspect);
        lastAspect = rng.pick(parts);
        return lastAspect;
      }
      case 'who':
        return rng.pick(staff);
      case 'per':
        return rng.pick(PERSONALITY[draw()]);
      case 'when':
        return rng.pick(WHEN);
      case 'mydish':
        return dish;
      case 'buddy':
        return mention();
      default:
        return words(slot, draw);
    }
  };
}
