import type { OutputDefinition, OutputKind } from '@crmbet/engine';
import { featureById } from './catalogue.ts';
import type { FeatureDefinition, FeatureUnit } from './feature-definition.ts';

/**
 * What models say of players, as features that rules can use: `model:<id of the model>:<name of the output>`. By the id and not by
 * the name, which may change. The value is what the model's live version last said of the player; undefined until it has.
 */
const shape = /^model:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([A-Za-z][A-Za-z0-9_]{0,63})$/;

export const modelFeaturePattern = shape;

/** Undefined where the name of the output cannot stand in an id: such an output is no feature. */
export function modelFeatureId(model: string, output: string): string | undefined {
  const id = `model:${model}:${output}`;
  return shape.test(id) ? id : undefined;
}

/** The parts of such an id; undefined where it is none. */
export function modelOutputOf(id: string): { model: string; output: string } | undefined {
  const [, model, output] = shape.exec(id) ?? [];
  return model === undefined || output === undefined ? undefined : { model, output };
}

const units: Record<OutputKind, FeatureUnit> = {
  label: 'label',
  probability: 'share',
  amount: 'money',
  count: 'count',
  score: 'score',
};

/** An output of a model's live version as a feature with words, for people. */
export function describeModelFeature(
  model: { id: string; name: string; version: number },
  { name, kind }: OutputDefinition,
): (FeatureDefinition & { model: { id: string; version: number; output: string } }) | undefined {
  const id = modelFeatureId(model.id, name);
  if (id === undefined) return undefined;
  return {
    id,
    unit: units[kind],
    window: 'now',
    definition: `What the model "${model.name}" says of the player: ${name}`,
    version: model.version,
    source: null,
    expression: { score: { model: model.id, output: name } },
    model: { id: model.id, version: model.version, output: name },
  };
}

/** How a feature is worked out that a rule names: of the catalogue, or of a model. Undefined where it is neither. */
export function definitionOf(id: string): Pick<FeatureDefinition, 'id' | 'expression'> | undefined {
  const score = modelOutputOf(id);
  return score === undefined ? featureById.get(id) : { id, expression: { score } };
}
