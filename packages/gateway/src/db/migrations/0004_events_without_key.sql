SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
ALTER TABLE "crmbet"."events" DROP CONSTRAINT "events_tenant_id_player_id_occurred_at_source_event_id_pk";
--> statement-breakpoint
ALTER TABLE "crmbet"."events" ALTER COLUMN "data" SET DATA TYPE json;
--> statement-breakpoint
CREATE INDEX "events_player" ON "crmbet"."events" USING btree ("tenant_id","player_id","occurred_at");