import { dialoguesText } from './make.js';

process.stdout.write(dialoguesText());
