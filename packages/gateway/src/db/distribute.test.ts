import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CitusTable, type ClusterState, type DistributeBy, planDistribution } from './distribute.ts';

const fresh: ClusterState = { tables: [], roleSettings: [], coordinatorHasShards: false };

/** What a cluster is after a statement, as Citus documents these functions. */
function after(state: ClusterState, statement: string): ClusterState {
  const [, setting, value] = /^ALTER ROLE CURRENT_USER SET (\S+) = '(.*)'$/.exec(statement) ?? [];
  if (setting !== undefined)
    return { ...state, roleSettings: [...state.roleSettings, `${setting}=${value}`] };
  const [, reference] = /^SELECT create_reference_table\('crmbet\.(\w+)'\)$/.exec(statement) ?? [];
  if (reference !== undefined) {
    const table: CitusTable = { name: reference, type: 'reference', column: null, colocation: 1 };
    return { ...state, tables: [...state.tables, table] };
  }
  const [, name = '', column = '', beside = ''] =
    /^SELECT create_distributed_table\('crmbet\.(\w+)', '(\w+)', colocate_with => '([\w.]+)'\)$/.exec(
      statement,
    ) ?? [];
  const other = state.tables.find((table) => `crmbet.${table.name}` === beside);
  if (name === '' || (beside !== 'none' && other === undefined))
    throw new Error(`not possible: ${statement}`);
  const colocation = other?.colocation ?? 100 + state.tables.length;
  return { ...state, tables: [...state.tables, { name, type: 'distributed', column, colocation }] };
}

const bys: DistributeBy[] = ['player', 'tenant'];

describe('the plan of a distribution', () => {
  it('makes everything of a cluster that has nothing yet', () => {
    const plan = planDistribution(fresh, 'player');
    expect(plan[0]).toBe("ALTER ROLE CURRENT_USER SET citus.propagate_set_commands = 'local'");
    for (const name of ['tenants', 'settings', 'api_keys', 'segments', 'models'])
      expect(plan).toContain(`SELECT create_reference_table('crmbet.${name}')`);
    expect(plan.find((statement) => statement.includes('create_distributed_table'))).toBe(
      "SELECT create_distributed_table('crmbet.events', 'player_id', colocate_with => 'none')",
    );
    expect(plan).toContain(
      "SELECT create_distributed_table('crmbet.player_state', 'player_id', colocate_with => 'crmbet.events')",
    );
    for (const local of ['jobs', 'idempotency_keys', 'gateways', 'recent_writers', 'dead_letters'])
      expect(plan.join('\n')).not.toContain(`crmbet.${local}'`);
  });

  it('puts every table of a player beside the others, whichever column it is by', () => {
    for (const by of bys) {
      const state = planDistribution(fresh, by).reduce(after, fresh);
      const distributed = state.tables.filter(({ type }) => type === 'distributed');
      expect(distributed.length).toBeGreaterThan(7);
      expect(new Set(distributed.map(({ colocation }) => colocation)).size).toBe(1);
      expect(new Set(distributed.map(({ column }) => column))).toEqual(new Set([`${by}_id`]));
    }
  });

  it('has nothing to do a second time, and only the rest after an interruption', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bys), fc.boolean(), fc.nat(30), (by, coordinatorHasShards, stop) => {
        const begin = { ...fresh, coordinatorHasShards };
        const whole = planDistribution(begin, by);
        const interrupted = whole.slice(0, stop).reduce(after, begin);
        const rest = planDistribution(interrupted, by);
        expect(rest).toEqual(whole.slice(stop));
        expect(planDistribution(rest.reduce(after, interrupted), by)).toEqual([]);
      }),
    );
  });

  it('puts a table that a later version brought beside those that are there', () => {
    const state = planDistribution(fresh, 'player').reduce(after, fresh);
    const older = { ...state, tables: state.tables.filter(({ name }) => name !== 'events') };
    expect(planDistribution(older, 'player')).toEqual([
      expect.stringMatching(
        /^SELECT create_distributed_table\('crmbet\.events', 'player_id', colocate_with => 'crmbet\.\w+'\)$/,
      ),
    ]);
  });

  it('has a node that holds shards itself plan each statement anew', () => {
    const plan = planDistribution({ ...fresh, coordinatorHasShards: true }, 'player');
    expect(plan).toContain("ALTER ROLE CURRENT_USER SET plan_cache_mode = 'force_custom_plan'");
  });

  it('moves nothing that is somewhere else: it says what to do', () => {
    const state = planDistribution(fresh, 'player').reduce(after, fresh);
    expect(() => planDistribution(state, 'tenant')).toThrow(/is distributed by player_id already/);
    const scattered = state.tables.map((table) =>
      table.name === 'players' ? { ...table, colocation: 9 } : table,
    );
    expect(() => planDistribution({ ...state, tables: scattered }, 'player')).toThrow(/is not beside/);
    const wrong: CitusTable = { name: 'jobs', type: 'reference', column: null, colocation: 1 };
    expect(() => planDistribution({ ...fresh, tables: [wrong] }, 'player')).toThrow(
      /crmbet\.jobs is a reference table, and has to be local/,
    );
  });
});
