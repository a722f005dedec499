import { list } from './lists.js';

/** Names of girls and women. */
export const SHE_NAMES = list(`
  Anna, Lily, Rosa, Ella, Nora, Ruby, Lucy, Clara, Ivy, Emma, Zoe, Maya, Alice, Hana, Nina, Sara, Eva,
  Daisy, Molly, Penny, Tara, Wendy, June, Olga, Priya, Amina, Greta, Ines, Lena, Marta, Paula, Tilda, Yuki,
  Bella, Dora, Edith, Fiona, Holly, Jane, Kate, Leila, Meg, Polly, Sofia, Vera`);

/** Names of boys and men. */
export const HE_NAMES = list(`
  Tom, Ben, Sam, Max, Leo, Jack, Tim, Finn, Omar, Hugo, Noah, Oscar, Paul, Peter, Ravi, Sven, Theo, Toby,
  Will,
  Adam, Alex, Bruno, Carl, David, Eric, Felix, Fred, George, Henry, Ivan, James, Kofi, Louis, Mark, Nico,
  Otto,
  Rory, Simon, Victor, Walter, Ali, Dan, Emil, Jonas, Luca, Milo`);

/** Short names for animals that play a part. */
export const ANIMAL_NAMES = list(`
  Pip, Dot, Bramble, Pepper, Nutmeg, Biscuit, Moss, Tuft, Button, Clover, Rusty, Pebble, Hazel, Mango,
  Socks,
  Maple, Ziggy, Waffle, Juniper, Olive, Bandit, Marble, Acorn, Thistle, Coco, Ginger, Noodle, Poppy`);

/** Animals that can be the hero of a story. */
export const HERO_ANIMALS = list(`
  fox, rabbit, bear, mouse, hedgehog, otter, squirrel, badger, duck, owl, frog, goat, pony, turtle,
  kitten, puppy,
  beaver, mole, penguin, goose, donkey, lamb, monkey, elephant, lizard, raccoon`);

/** Animals that pass through a story. */
export const ANIMALS = list(`
  dog, cat, crow, sparrow, pigeon, horse, cow, hen, spider, beetle, butterfly, snail, robin, sheep,
  parrot, swan,
  toad, bee, rooster, turkey, stork, moth, lynx, ladybug, guinea pig, pelican, wasp, tortoise, bat, ant,
  finch, ram, seal, heron, deer, rat, seagull, dragonfly, magpie, hamster, woodpecker, piglet`);

/** What people do for a living. */
export const JOBS = list(`
  baker, farmer, sailor, tailor, teacher, gardener, painter, postman, carpenter, shopkeeper, miller,
  fisherman,
  clockmaker, driver, cook, librarian, nurse, weaver, porter, farmer, jeweler, dancer, photographer,
  doctor, lawyer, beekeeper, bus driver, piano
  tuner, hunter, hairdresser, gatekeeper, boatman, butcher, street singer, innkeeper, student, reporter,
  clerk, scientist, shepherd, plumber, builder, cobbler, musician, barber, potter,
  blacksmith, zookeeper, engineer, waiter, florist, dentist, mechanic, grocer, weaver, juggler, pilot`);

/** What a hero's companion is called, by pronoun. */
export const SHE_KIN = list('sister, mother, aunt, grandmother, cousin, friend, neighbor, classmate');
/** The same for men and boys. */
export const HE_KIN = list('brother, father, uncle, grandfather, cousin, friend, neighbor, classmate');

/** Words put before a person at the first mention. */
export const PERSON_ADJ = list(`
  young, old, tall, little, small, quiet, busy, sleepy, thin, bearded, round, short, barefoot, whistling,
  talkative,
  polite, gray-haired, freckled, traveling, tiny, long-legged, silent, retired, red-haired, thirsty`);
