SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "withdrawals_requested_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "live_bets_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "live_bets_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "cashouts_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "slots_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "live_casino_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "bonus_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_day" ADD COLUMN "limits_set_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "withdrawals_requested_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "live_bets_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "live_bets_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "cashouts_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "slots_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "live_casino_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "bonus_stake" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "crmbet"."player_state" ADD COLUMN "limits_set_count" bigint DEFAULT 0 NOT NULL;