export type { DemoEvent } from './events.ts';
export { estimateEvents, generateHistory } from './history.ts';
export { liveEvents } from './live.ts';
export { type DemoOptions, demoDefaults } from './options.ts';
