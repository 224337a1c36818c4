export { type ArchetypeName, archetypeNames } from './archetypes.ts';
export type { DemoData, DemoEvent, DemoEventOf, DemoEventType } from './events.ts';
export { estimateEvents, generateHistory } from './history.ts';
export { type LiveOptions, liveEvents } from './live.ts';
export { type DemoOptions, demoDefaults } from './options.ts';
export { planPlayer } from './plan.ts';
export { generatePlayerHistory } from './player.ts';
