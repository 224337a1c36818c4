SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
CREATE TABLE "crmbet"."imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"name" text NOT NULL,
	"file_print" text NOT NULL,
	"mapping_print" text NOT NULL,
	"done" bigint NOT NULL,
	"size" bigint NOT NULL,
	"counts" jsonb NOT NULL,
	"quality" jsonb,
	"started_at" timestamp (6) with time zone NOT NULL,
	"finished_at" timestamp (6) with time zone,
	CONSTRAINT "imports_file" UNIQUE("tenant_id","mode","file_print","mapping_print")
);
