import { features } from '../../features/catalogue.ts';

export class FeaturesService {
  list() {
    return features.map(({ id, unit, window, definition, version, source }) => ({
      id,
      unit,
      window,
      definition,
      version,
      source,
    }));
  }
}
