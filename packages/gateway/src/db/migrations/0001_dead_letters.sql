SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
CREATE TABLE "crmbet"."dead_letters" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"source" smallint NOT NULL,
	"channel" text NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"errors" text NOT NULL,
	"event_id" text,
	"type" text,
	"player" text,
	"raw" text NOT NULL,
	"truncated" boolean NOT NULL,
	"replay" boolean NOT NULL,
	"sent_hash" bigint,
	"stored_hash" bigint,
	"seen" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"received_at" timestamp (6) with time zone NOT NULL,
	"last_seen_at" timestamp (6) with time zone NOT NULL,
	"last_attempt_at" timestamp (6) with time zone,
	CONSTRAINT "dead_letters_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "dead_letters_content" UNIQUE("tenant_id","content_hash")
);
--> statement-breakpoint
CREATE INDEX "dead_letters_room" ON "crmbet"."dead_letters" USING btree ("tenant_id","source","kind","id");--> statement-breakpoint
CREATE INDEX "dead_letters_last_seen" ON "crmbet"."dead_letters" USING btree ("last_seen_at");