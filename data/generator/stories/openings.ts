import { lines } from '../words/lists.js';

/** First sentences of stories. They are plain in tone, so that the story can go either way. */
export const OPENINGS: readonly string[] = lines(`
  one {day} {part}, {h.i} found {o.a} {at}.
  one {day} {part}, {h.i} went to the [market|station|library|harbor|mill|fair] with {o.a}.
  one {day} {part}, {h.i} and {f.n} walked to {pl}.
  one {day} {part}, {h.i} saw {o.a} behind the {spot}.
  one {day} {part}, {h.i} opened the door and saw {o.a}.
  on a {day} {part}, {h.i} took {o.a} to {pl}.
  on a {day} {part}, {h.i} met {f.n} {at}.
  on a {day} {part}, {h.i} sat by the {spot} with {o.a}.
  on a {day} {part}, {h.i} carried {o.a} up the [hill|stairs|road|ladder].
  it was a {day} {part}, and {h.i} was {at}.
  it was a {day} {part} when {h.i} heard a {sound} {where}.
  it was {num} o'clock when {h.i} came to {pl}.
  {h.i} lived in a {make} house near {pl}.
  {h.i} lived with {f.n} {where}.
  {h.i} had {o.a}, and {f.n} had a {make} {odd}.
  {h.i} had lived near {pl} for {num} years.
  {h.i} and {f.n} shared a {make} room {where}.
  every {part}, {h.i} walked past {pl} with {o.a}.
  every {part}, {h.i} looked at {o.a} in the shop window.
  every [week|month|year|winter|summer], {h.i} went to {pl} with {f.n}.
  once there was {h.i}, who kept {o.a} under the bed.
  once, {h.i} built {o.a} out of [wood|paper|old boxes|string|tin cans].
  once upon a time, {h.i} lived in a {make} [house|hut|tower|barn|boat] by the [sea|river|road|lake].
  long ago, {h.i} worked {at} from [morning to night|dawn to dusk|Monday to Friday].
  last [week|winter|summer|spring|year|Monday|night], {h.i} bought {o.a} from a {trait} {job}.
  last [week|winter|summer|spring|year|Monday|night], {h.i} got a letter from {f.n}.
  before [breakfast|lunch|dinner|school|work|bedtime], {h.i} walked to {pl}.
  after [breakfast|lunch|dinner|school|work|the storm|the show], {h.i} looked for {o.a}.
  in the [morning|afternoon|evening], {h.i} made {food}.
  when the [bell|clock|alarm|rooster|train] rang, {h.i} put on a {clothes}.
  when {h.i} woke up, there was {o.a} on the [floor|table|bed|step|shelf].
  while {h.i} was {at}, a {trait} {job} came by with {o.a}.
  there was a {make} {odd} {where}, and {h.i} looked at it for a long time.
  there was a new [shop|teacher|bridge|house|garden|bus|school] in the [town|village], and {h.i} went there.
  {h.i} wanted to bake a {mydish} for {f.n}.
  {h.i} and {f.n} planned a trip to the [sea|hills|city|lake|island|forest].
  {h.i} was on the way to {pl} when the {ride} stopped.
  {h.i} waited for the {ride} with {o.a}.
  {h.i} planted {plant} beside {pl}.
  {h.i} counted the [stars|boats|birds|coins|steps|sheep|trains] and thought of {f.n}.
  {h.i} was cleaning the [attic|kitchen|shed|car|cellar|window] when {f} came in.
  {h.i} asked {f.n} about {o.a}.
  {h.i} heard a {sound} from {pl}.
  {h.i} put {o.a} on the [table|shelf|floor|cart|step|windowsill] and waited.
  {h.i} had a plan for the {part}.
  {h.i} found a {animal} near the {spot}.
  {h.i} followed a {animal} to {pl}.
  {h.i} sat on the {ride} and looked out of the window.
  at {num} o'clock, {h.i} went to the kitchen for {food}.
  at the end of the [street|road|lane|beach|path], {h.i} found {o.a}.
  far from [home|town|the sea|the road], {h.i} came to {pl}.
  today was the day of the [race|school play|fair|big game|spelling test|boat trip|parade|concert] for {h.i}.
  the {ride} stopped, and {h.i} got off with {o.a}.
  the {part} was {day}, so {h.i} wore a {clothes} and went to {pl}.
  near {pl}, {h.i} and {f.n} were looking for {o.a}.
  nobody knew where {h.i} had found {o.a}.
  behind the {spot} {at}, {h.i} kept {o.a}.
  for {num} days, {h.i} had been waiting for {o.a}.
`);
