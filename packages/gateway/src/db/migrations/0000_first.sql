SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
CREATE SCHEMA IF NOT EXISTS "crmbet";
--> statement-breakpoint
CREATE TABLE "crmbet"."api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	"revoked_at" timestamp (6) with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."event_ids" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"source" smallint NOT NULL,
	"event_id" text NOT NULL,
	"body_hash" bigint NOT NULL,
	CONSTRAINT "event_ids_tenant_id_player_id_source_event_id_pk" PRIMARY KEY("tenant_id","player_id","source","event_id")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."events" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"source" smallint NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"brand" text,
	"data" jsonb NOT NULL,
	"received_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "events_tenant_id_player_id_occurred_at_source_event_id_pk" PRIMARY KEY("tenant_id","player_id","occurred_at","source","event_id")
) PARTITION BY RANGE ("occurred_at");
--> statement-breakpoint
CREATE TABLE "crmbet"."idempotency_keys" (
	"tenant_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"key" text NOT NULL,
	"claim" uuid NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"status" integer,
	"body" text,
	"created_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_tenant_id_subject_key_pk" PRIMARY KEY("tenant_id","subject","key")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"progress" real NOT NULL,
	"step" text,
	"code" text,
	"detail" text,
	"model_id" uuid,
	"created_at" timestamp (6) with time zone NOT NULL,
	"started_at" timestamp (6) with time zone,
	"finished_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "crmbet"."models" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"algorithm" text NOT NULL,
	"k" integer NOT NULL,
	"features" text[] NOT NULL,
	"seed" bigint NOT NULL,
	"state" text NOT NULL,
	"job_id" uuid NOT NULL,
	"players" integer,
	"fitted" jsonb,
	"profiles" jsonb,
	"created_at" timestamp (6) with time zone NOT NULL,
	"trained_at" timestamp (6) with time zone,
	CONSTRAINT "models_name" UNIQUE("tenant_id","name")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."player_clusters" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"model_id" uuid NOT NULL,
	"cluster" integer NOT NULL,
	"distance" real NOT NULL,
	"x" real NOT NULL,
	"y" real NOT NULL,
	CONSTRAINT "player_clusters_tenant_id_player_id_model_id_pk" PRIMARY KEY("tenant_id","player_id","model_id")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."player_day" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"events_count" bigint DEFAULT 0 NOT NULL,
	"activities_count" bigint DEFAULT 0 NOT NULL,
	"deposits_count" bigint DEFAULT 0 NOT NULL,
	"deposits_amount" bigint DEFAULT 0 NOT NULL,
	"deposits_failed_count" bigint DEFAULT 0 NOT NULL,
	"withdrawals_count" bigint DEFAULT 0 NOT NULL,
	"withdrawals_amount" bigint DEFAULT 0 NOT NULL,
	"withdrawals_cancelled_count" bigint DEFAULT 0 NOT NULL,
	"bets_count" bigint DEFAULT 0 NOT NULL,
	"bets_stake" bigint DEFAULT 0 NOT NULL,
	"bets_payout" bigint DEFAULT 0 NOT NULL,
	"casino_rounds" bigint DEFAULT 0 NOT NULL,
	"casino_stake" bigint DEFAULT 0 NOT NULL,
	"casino_payout" bigint DEFAULT 0 NOT NULL,
	"bonuses_granted_count" bigint DEFAULT 0 NOT NULL,
	"bonuses_granted_amount" bigint DEFAULT 0 NOT NULL,
	"bonuses_converted_amount" bigint DEFAULT 0 NOT NULL,
	"sessions_count" bigint DEFAULT 0 NOT NULL,
	"session_seconds" bigint DEFAULT 0 NOT NULL,
	"night_wagers" bigint DEFAULT 0 NOT NULL,
	"weekend_wagers" bigint DEFAULT 0 NOT NULL,
	"messages_sent" bigint DEFAULT 0 NOT NULL,
	"messages_opened" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "player_day_tenant_id_player_id_day_currency_pk" PRIMARY KEY("tenant_id","player_id","day","currency")
) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "crmbet"."player_state" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"currency" text,
	"first_event_at" timestamp (6) with time zone NOT NULL,
	"last_event_at" timestamp (6) with time zone NOT NULL,
	"last_active_at" timestamp (6) with time zone,
	"registered_at" timestamp (6) with time zone,
	"first_deposit_at" timestamp (6) with time zone,
	"last_deposit_at" timestamp (6) with time zone,
	"last_wager_at" timestamp (6) with time zone,
	"last_session_at" timestamp (6) with time zone,
	"events_count" bigint DEFAULT 0 NOT NULL,
	"activities_count" bigint DEFAULT 0 NOT NULL,
	"deposits_count" bigint DEFAULT 0 NOT NULL,
	"deposits_amount" bigint DEFAULT 0 NOT NULL,
	"deposits_failed_count" bigint DEFAULT 0 NOT NULL,
	"withdrawals_count" bigint DEFAULT 0 NOT NULL,
	"withdrawals_amount" bigint DEFAULT 0 NOT NULL,
	"withdrawals_cancelled_count" bigint DEFAULT 0 NOT NULL,
	"bets_count" bigint DEFAULT 0 NOT NULL,
	"bets_stake" bigint DEFAULT 0 NOT NULL,
	"bets_payout" bigint DEFAULT 0 NOT NULL,
	"casino_rounds" bigint DEFAULT 0 NOT NULL,
	"casino_stake" bigint DEFAULT 0 NOT NULL,
	"casino_payout" bigint DEFAULT 0 NOT NULL,
	"bonuses_granted_count" bigint DEFAULT 0 NOT NULL,
	"bonuses_granted_amount" bigint DEFAULT 0 NOT NULL,
	"bonuses_converted_amount" bigint DEFAULT 0 NOT NULL,
	"sessions_count" bigint DEFAULT 0 NOT NULL,
	"session_seconds" bigint DEFAULT 0 NOT NULL,
	"night_wagers" bigint DEFAULT 0 NOT NULL,
	"weekend_wagers" bigint DEFAULT 0 NOT NULL,
	"messages_sent" bigint DEFAULT 0 NOT NULL,
	"messages_opened" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "player_state_tenant_id_player_id_pk" PRIMARY KEY("tenant_id","player_id")
) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE TABLE "crmbet"."players" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"brand" text,
	"brand_at" timestamp (6) with time zone,
	"profile" jsonb NOT NULL,
	"profile_times" jsonb NOT NULL,
	"profile_version" integer NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "players_tenant_id_player_id_pk" PRIMARY KEY("tenant_id","player_id")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."restrictions" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"restriction" text NOT NULL,
	"scope" text NOT NULL,
	"since" timestamp (6) with time zone NOT NULL,
	"ends_at" timestamp (6) with time zone,
	"lifted_at" timestamp (6) with time zone,
	"changed_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "restrictions_tenant_id_player_id_restriction_scope_pk" PRIMARY KEY("tenant_id","player_id","restriction","scope")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."segment_members" (
	"tenant_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"segment_id" uuid NOT NULL,
	"entered_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "segment_members_tenant_id_player_id_segment_id_pk" PRIMARY KEY("tenant_id","player_id","segment_id")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."segments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"rule" jsonb NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	"evaluated_at" timestamp (6) with time zone,
	CONSTRAINT "segments_name" UNIQUE("tenant_id","name")
);
--> statement-breakpoint
CREATE TABLE "crmbet"."settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "crmbet"."tenants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"player_id_secret" "bytea" NOT NULL,
	"session_secret" "bytea" NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "tenants_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "crmbet"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "player_clusters_model" ON "crmbet"."player_clusters" USING btree ("tenant_id","model_id","cluster");--> statement-breakpoint
CREATE INDEX "segment_members_segment" ON "crmbet"."segment_members" USING btree ("tenant_id","segment_id","player_id");