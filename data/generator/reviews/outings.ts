import { type Domain, domain } from './domain.js';

/** Places that people visit, and rides. */
export const OUTINGS: readonly Domain[] = [
  domain(
    'restaurant',
    `restaurant, café, diner, pizza place, noodle bar, tea room, fish restaurant, bistro, burger place,
    bakery`,
    `soup, bread, menu, table, music, coffee, salad, dessert, kitchen, sauce, dining room, bill, terrace,
     main course,
     rice, tea, portion, chair`,
    'waiter, cook, owner, waitress, cashier, barman',
    `
    we went to the {a1} {s} [by|near|behind|next to] the [station|river|church|market|bridge] {when}.
    I ordered {food} and {food} at the {s} {when}.
    the {s} on [Mill|Park|Station|River|King|Bridge|School] Street opened {when}.
    {buddy} and I had [lunch|dinner|breakfast] at the {s} {when}.
    there were {num} of us at the {s} {when}.`,
    `
    = I ordered {food} ~ {buddy} took {food}.
    = {food} cost [four|six|nine|eleven|fifteen] [dollars|euros] ~ the {asp} was {q}.
    = they serve {food} from [noon|eight|six] until [nine|ten|midnight].
    = the menu has {num} dishes ~ the {asp} was {q}.
    + the {asp} was delicious ~ the {asp} was {q}.
    + the {mydish} was the best I have ever had.
    + {food} came free ~ the {who} was {per}.
    + the {asp} smelled wonderful ~ it tasted {q}.
    - the {asp} was cold ~ the {asp} was {q}.
    - the {mydish} was burned ~ the {who} was {per}.
    - I got sick after the {asp}.
    - there was a hair in the {asp} ~ the {who} refused to help.`,
  ),
  domain(
    'hotel',
    'hotel, guest house, hostel, inn, cabin, campsite, holiday flat, motel, lodge',
    `bed, room, view, shower, breakfast, lobby, pool, carpet, window, garden, pillow, elevator, hallway,
     kitchen, towel,
     balcony, parking lot, bathroom`,
    'receptionist, porter, owner, cleaner, manager, night guard',
    `
    we stayed at the {s} for {num} nights {when}.
    our room at the {s} was on the [first|second|third|top] floor.
    I booked the {a1} {s} near the [lake|station|beach|airport|old town] {when}.
    {buddy} and I checked in at the {s} {when}.
    the {s} stands [next to|across from|not far from] the [train station|park|harbor|museum].`,
    `
    = the room had {num} [beds|windows|chairs|lamps] ~ the {asp} was {q}.
    = breakfast was from [six|seven] to [nine|ten] ~ there was {food}.
    = we got a key for the {asp} ~ the {who} was {per}.
    = our window looked out on [a wall|the street|the sea|a car park|the hills].
    + we slept well ~ the {asp} was {q}.
    + the {who} welcomed us {m} and gave us {food}.
    + the view of the [sea|hills|lake|city] was a dream.
    + we relaxed by the pool ~ the {asp} was {q}.
    - the {asp} was full of [bugs|mold|dust|hair] ~ the {who} was {per}.
    - the noise was terrible ~ we could not sleep.
    - they lost our booking ~ the {who} blamed us.
    - the {asp} smelled awful ~ the {asp} was {q}.`,
  ),
  domain(
    'bus ride',
    'bus ride, train ride, ferry trip, taxi ride, boat tour, flight, tram ride, coach trip',
    `seat, window, driver, timetable, stop, heating, ticket, view, engine, luggage rack, waiting room,
    floor, door, route`,
    'driver, conductor, guide, captain, passenger beside me, ticket seller',
    `
    I took the [seven|eight|nine|ten] o'clock {ride} to [town|the coast|the city|work|the airport] {when}.
    the {s} to the [coast|city|island|mountains|museum] takes {num} [minutes|hours].
    our {s} started at {num} o'clock {when}.
    {buddy} and I booked the {s} {when}.
    my {s} {when} began at the [old|main|north|small] station.`,
    `
    = we stopped {num} times ~ the {asp} was {q}.
    = I sat next to a {trait} {job} with a {a} {odd}.
    = outside there were [fields|houses|trees|bridges|cows|factories] ~ the {asp} was {q}.
    = the ticket cost {num} [dollars|euros] ~ the {who} was {per}.
    + we arrived early ~ the {who} was {per}.
    + the {who} made everyone laugh.
    + it was a smooth and relaxing trip ~ the {asp} was {q}.
    - we were stuck for {num} hours ~ nobody said sorry.
    - the {who} shouted at {buddy} ~ the {asp} was {q}.
    - it broke down near [a bridge|a farm|the tunnel] ~ I missed my meeting.`,
  ),
  domain(
    'museum',
    'museum, zoo, gallery, aquarium, castle, theme park, botanical garden, fair, city tour',
    `entrance, map, gift shop, main hall, garden, ticket, café, exhibit, tower, lion house, staircase,
     painting, queue,
     roller coaster, pond, collection`,
    'guide, guard, ticket seller, keeper, tour leader, cleaner',
    `
    we visited the {s} with {num} [children|friends|students|neighbors] {when}.
    I spent a {day} {part} at the {s}.
    {buddy} had a ticket for the {s} {when}.
    the {s} is [behind|near|across from] the [town hall|river|old mill|main square].
    our {trait} neighbor told us about the {s}.`,
    `
    = we walked through {num} rooms ~ the {asp} was {q}.
    = a {animal} was [asleep|outside|by the water|behind the glass] ~ the {asp} was {q}.
    = the tour took {num} [minutes|hours] ~ the {who} was {per}.
    + the children loved the {asp} ~ the {who} was {per}.
    + we learned about [stars|ships|bees|kings|trains] and had great fun.
    + the {asp} was worth every penny ~ the {asp} was {q}.
    - the {asp} was closed ~ nobody warned us.
    - the animals looked [sad|sick|lonely|unhappy] ~ the {asp} was {q}.
    - we wasted {num} hours in the queue ~ the {who} was {per}.`,
  ),
  domain(
    'swimming pool',
    'swimming pool, gym, dance class, yoga class, ice rink, park, playground, beach, library',
    `water, floor, entrance, changing room, music, locker, bench, light, air, shower, lesson,
     notice board, path, schedule`,
    'trainer, teacher, lifeguard, cashier, caretaker, woman at the desk',
    `
    I have been going to the {s} for {num} [weeks|months|years].
    {buddy} took me to the {s} {when}.
    the {s} in our [street|town|village] opens at {num} o'clock.
    I went to the {s} after [work|school|lunch] {when}.`,
    `
    = there were {num} people ~ the {asp} was {q}.
    = I brought a {a} {odd} and {food}.
    = a [ticket|lesson|card] costs {num} [dollars|euros] ~ the {asp} was {q}.
    + I feel stronger and healthier now ~ the {who} was {per}.
    + the {who} encouraged us {m}.
    + I made {num} new friends there.
    - I hurt my [knee|back|foot|shoulder] ~ the {who} ignored me.
    - someone stole my {clothes} ~ nobody cared.
    - the {asp} was filthy ~ the {asp} was {q}.`,
  ),
];
