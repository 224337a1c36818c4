import { jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { Rule } from '../../segments/rule.ts';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

export const segments = crmbet.table(
  'segments',
  {
    id: uuid('id').primaryKey(),
    tenantId: uuid('tenant_id').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    rule: jsonb('rule').$type<Rule>().notNull(),
    createdAt: instant('created_at').notNull(),
    evaluatedAt: instant('evaluated_at'),
  },
  (t) => [unique('segments_name').on(t.tenantId, t.name)],
);
