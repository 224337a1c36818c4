SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
CREATE TABLE "crmbet"."gateways" (
	"id" uuid PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"listens_to" uuid[] DEFAULT '{}' NOT NULL,
	"seen_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "crmbet"."recent_writers" (
	"tenant_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"until" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "recent_writers_tenant_id_subject_pk" PRIMARY KEY("tenant_id","subject")
);
