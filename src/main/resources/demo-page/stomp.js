export { Client } from '/ringback/stomp/index.js';
