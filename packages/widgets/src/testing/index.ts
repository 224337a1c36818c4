export { createFixtureGateway, type FixtureGateway, type FixtureOptions } from './fixture-gateway.ts';
