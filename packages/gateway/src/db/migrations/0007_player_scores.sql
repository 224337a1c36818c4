SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
CREATE TABLE "crmbet"."player_scores" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"model_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"outputs" jsonb NOT NULL,
	"events_count" bigint NOT NULL,
	"day" date NOT NULL,
	"scored_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "player_scores_tenant_id_player_id_model_id_pk" PRIMARY KEY("tenant_id","player_id","model_id")
);
--> statement-breakpoint
CREATE INDEX "player_scores_model" ON "crmbet"."player_scores" USING btree ("tenant_id","model_id");