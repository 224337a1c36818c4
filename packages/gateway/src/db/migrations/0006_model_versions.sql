SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
CREATE TABLE "crmbet"."model_versions" (
	"tenant_id" uuid NOT NULL,
	"model_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"algorithm" text NOT NULL,
	"parameters" jsonb NOT NULL,
	"features" text[] NOT NULL,
	"feature_versions" integer[] NOT NULL,
	"seed" bigint NOT NULL,
	"fitted" jsonb,
	"onnx" "bytea",
	"manifest" jsonb,
	"profiles" jsonb,
	"metrics" jsonb,
	"lineage" jsonb,
	"drift_baseline" jsonb,
	"device" text,
	"players" integer,
	"job_id" uuid NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	"trained_at" timestamp (6) with time zone,
	"promoted_at" timestamp (6) with time zone,
	CONSTRAINT "model_versions_tenant_id_model_id_version_pk" PRIMARY KEY("tenant_id","model_id","version")
);
--> statement-breakpoint
-- Every model that there is becomes its own first version; one that is ready is the one that is served.
INSERT INTO "crmbet"."model_versions" ("tenant_id", "model_id", "version", "state", "algorithm", "parameters", "features", "feature_versions", "seed", "fitted", "profiles", "metrics", "device", "players", "job_id", "created_at", "trained_at", "promoted_at")
SELECT m."tenant_id", m."id", 1, m."state", m."algorithm", jsonb_build_object('k', m."k"), m."features",
	-- Every definition in the catalogue of that time was the first of its feature.
	array_fill(1, ARRAY[cardinality(m."features")]), m."seed", m."fitted", m."profiles",
	CASE WHEN m."fitted" IS NULL THEN NULL ELSE jsonb_build_object('inertia', m."fitted"->'inertia', 'iterations', m."fitted"->'iterations', 'converged', m."fitted"->'converged') END,
	m."fitted"->>'device', m."players", m."job_id", m."created_at", m."trained_at", CASE WHEN m."state" = 'ready' THEN m."trained_at" END
FROM "crmbet"."models" m;
--> statement-breakpoint
ALTER TABLE "crmbet"."models" ADD COLUMN "purpose" text DEFAULT 'clusters' NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."models" ALTER COLUMN "purpose" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "crmbet"."models" ADD COLUMN "last_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."models" ALTER COLUMN "last_version" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "crmbet"."models" ADD COLUMN "active_version" integer;--> statement-breakpoint
ALTER TABLE "crmbet"."models" ADD COLUMN "challenger_version" integer;--> statement-breakpoint
ALTER TABLE "crmbet"."models" ADD COLUMN "challenger_share" real;--> statement-breakpoint
UPDATE "crmbet"."models" SET "active_version" = 1 WHERE "state" = 'ready';--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "algorithm";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "k";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "features";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "seed";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "state";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "job_id";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "players";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "fitted";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "profiles";--> statement-breakpoint
ALTER TABLE "crmbet"."models" DROP COLUMN "trained_at";--> statement-breakpoint
ALTER TABLE "crmbet"."jobs" ADD COLUMN "model_version" integer;--> statement-breakpoint
UPDATE "crmbet"."jobs" SET "model_version" = 1 WHERE "model_id" IS NOT NULL;--> statement-breakpoint
DROP INDEX "crmbet"."player_clusters_model";--> statement-breakpoint
ALTER TABLE "crmbet"."player_clusters" DROP CONSTRAINT "player_clusters_tenant_id_player_id_model_id_pk";--> statement-breakpoint
ALTER TABLE "crmbet"."player_clusters" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_clusters" ALTER COLUMN "version" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "crmbet"."player_clusters" ADD CONSTRAINT "player_clusters_tenant_id_player_id_model_id_version_pk" PRIMARY KEY("tenant_id","player_id","model_id","version");--> statement-breakpoint
CREATE INDEX "player_clusters_model" ON "crmbet"."player_clusters" USING btree ("tenant_id","model_id","version","cluster");
