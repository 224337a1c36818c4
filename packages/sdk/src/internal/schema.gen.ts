// Made from packages/gateway/openapi.json by `pnpm --filter @crmbet/sdk generate`. Not edited by hand.

export interface paths {
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send one event, a batch of up to 1,000, or an upload of any number
         * @description Answers after the events are durable, one result an event. In a batch a bad event never takes the good ones with it. One event sent alone answers 422 when it is rejected and 409 when its id is taken. As application/x-ndjson the body is one event a line, up to 1 GiB, a line up to 256 KiB (CRMBET_MAX_LINE_BYTES of the gateway), read as fast as it can be stored; the answer is lines too, and begins when the first events are durable. Its last line has the kind `end`: with a `problem` there, or without such a line, send on from line `lines` + 1. What was stored is a duplicate when it is sent again. A line that is no event, or too long, is rejected by itself.
         */
        post: operations["sendEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What could not be stored as an event, newest first
         * @description Every item that was answered rejected or conflict, once for each content and reason, for 30 days after it was last sent or as the gateway is configured.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send up to 1,000 dead letters again, oldest first
         * @description Those that match, each as by a replay of its own. Letters that stay are tried once a walk.
         */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dead letter, with what was sent */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        /** Give a dead letter up */
        delete: operations["discardDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a dead letter again, as it is or corrected
         * @description The event takes the way of any event, as sent by whoever sent it first. When it is stored, now or before, the letter is gone; otherwise the letter stays, with the reason that it has now. A correction that is refused changes no reason.
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/players": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Players, a page at a time */
        get: operations["listPlayers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/players/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One player: profile, features, segments, restrictions */
        get: operations["getPlayer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/players/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A player's events, newest first */
        get: operations["listPlayerEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/players/{id}/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A player's activity by day, oldest first */
        get: operations["listPlayerDays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Segments, newest first */
        get: operations["listSegments"];
        put?: never;
        /**
         * Create a segment by rule
         * @description Answers once every player has been placed.
         */
        post: operations["createSegment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/segments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One segment */
        get: operations["getSegment"];
        put?: never;
        post?: never;
        /** Delete a segment and its memberships */
        delete: operations["deleteSegment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/segments/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The players in a segment */
        get: operations["listSegmentMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/features": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogue of features that rules and models may use, and what models say, which rules may use */
        get: operations["listFeatures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/features/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The features of all players, as binary columns
         * @description An Apache Arrow IPC stream, for computing with everybody at once: in the operator's own page, a notebook, a warehouse. The first column is `player` (utf8), then one of float64 for each feature, in the order asked for; null where a feature is undefined. Money is in minor units of the account's currency, and whole up to 2^53; `precision=single` halves the size by float32, in which whole numbers end at 2^24. Rows are ordered by an inner id: the same players come in the same order. The schema's metadata says asOf, today, timeZone and rows (nearly), and each field's metadata the unit, window and version of its feature. Batches are made as they are read. A reader that takes nothing for 30 seconds, or 15 minutes in all, gets a broken stream: one without the end-of-stream marker is not whole.
         */
        get: operations["getFeatureColumns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models, newest first */
        get: operations["listModels"];
        put?: never;
        /**
         * Make a model, and train its first version as a job
         * @description The first version that is ready is served by itself; every later one waits to be promoted.
         */
        post: operations["createModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a model of your own, as an ONNX file with a manifest
         * @description Refused unless the file is what its manifest says, its features are in the catalogue in the versions that it was made for, and it answers. The first version of a model is served by itself.
         */
        post: operations["importModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model, as its active version is; before there is one, as its newest */
        get: operations["getModel"];
        put?: never;
        post?: never;
        /**
         * Delete a model with its versions and scores
         * @description Not while a segment reads it, or a version of it is being trained.
         */
        delete: operations["deleteModel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Score everybody whose score is missing or old, as a job
         * @description Scores follow the events of players by themselves, and the days; this is for whoever will not wait. A job that is under way is as good as a new one, and is what is answered then.
         */
        post: operations["scoreModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The clusters of the active version of a model, each with its profile */
        get: operations["listClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Players of a model on a plane (first two principal components), for drawing */
        get: operations["listClusterPoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of a model, newest first */
        get: operations["listModelVersions"];
        put?: never;
        /**
         * Train another version of a model, as a job
         * @description On the players as they are by now, with the same or with other parameters. Nothing that is served changes.
         */
        post: operations["trainModelVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version of a model: how good it is, where it comes from, and how far its players have moved since */
        get: operations["getModelVersion"];
        put?: never;
        post?: never;
        /**
         * Delete a version that is not served
         * @description Not the active one, nor one in an experiment or in training, nor the only one.
         */
        delete: operations["deleteModelVersion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/versions/{version}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far players have moved since a version was trained
         * @description Population stability index of each feature and each answer, over a repeatable sample of up to 20,000 players as they are now.
         */
        get: operations["getModelDrift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/versions/{version}/model.onnx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A version as an ONNX file
         * @description Its scaling is inside: it takes the features as they are, NaN where one is unknown. A model that was brought is given back as it came. With an ETag: the file of a version never changes.
         */
        get: operations["getModelOnnx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/versions/{version}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Serve a version: from now on it answers for every player
         * @description Everybody is scored by it, as a job. An experiment goes on, unless this was its challenger.
         */
        post: operations["promoteModelVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Serve the version that was promoted before the active one */
        post: operations["rollBackModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Two versions of a model, asked about the same players
         * @description About a repeatable sample of up to 20,000 players, as they are now.
         */
        get: operations["compareModelVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}/experiment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a second version answer for a share of the players
         * @description Who is in that share hangs on the ids of the model and the player alone: it is the same players for as long as the share is. Each score says which version gave it. A running experiment is replaced.
         */
        post: operations["beginModelExperiment"];
        /** Have the active version answer for everybody again */
        delete: operations["endModelExperiment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A job and its progress */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a job that is queued or running */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/kpis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Deposits, turnover, GGR and NGR of a range of days */
        get: operations["getKpis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mint a widget session of ten minutes, from the operator's server */
        post: operations["createSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as it happens (server-sent events)
         * @description Each message has an id, an event name (player.event, segment.entered, segment.left, job.updated, stream.reset) and JSON data. Send Last-Event-ID to go on after a break, within the last thousand messages; where that id is not known any more, stream.reset comes first: there may be a gap, so read again what you show. A comment arrives every 15 seconds. The stream ends with its credential. It tells what happens in any gateway over the same database; the ids are those of the gateway that holds the stream, so that after a break another one begins with stream.reset.
         */
        get: operations["openStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        SendEventsResult: {
            accepted: number;
            duplicates: number;
            conflicts: number;
            rejected: number;
            /** @description One an event, in the order of the batch */
            results: components["schemas"]["EventResult"][];
        };
        EventResult: {
            /** @description Position in the batch, from 0 */
            index: number;
            /** @description The id of the event, where it could be read */
            id: string | null;
            /**
             * @description accepted: stored. duplicate: stored before, with the same body. conflict: the id is taken by another body. rejected: see code and errors.
             * @enum {string}
             */
            status: "accepted" | "duplicate" | "conflict" | "rejected";
            code?: string;
            errors?: {
                pointer: string;
                detail: string;
            }[];
        };
        UploadLine: components["schemas"]["UploadedItem"] | components["schemas"]["UploadProgress"] | components["schemas"]["UploadEnd"];
        UploadedItem: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "item";
            /** @description Of the upload, from 1 */
            line: number;
            /** @description The id of the event, where it could be read */
            id: string | null;
            /**
             * @description accepted: stored. duplicate: stored before, with the same body. conflict: the id is taken by another body. rejected: see code and errors.
             * @enum {string}
             */
            status: "accepted" | "duplicate" | "conflict" | "rejected";
            code?: string;
            errors?: {
                pointer: string;
                detail: string;
            }[];
        };
        UploadProgress: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "progress";
            /** @description Lines from the first, blank ones included, that are answered for and durable: the place to go on from */
            lines: number;
            accepted: number;
            duplicates: number;
            conflicts: number;
            rejected: number;
        };
        UploadEnd: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "end";
            /** @description Lines from the first, blank ones included, that are answered for and durable: the place to go on from */
            lines: number;
            accepted: number;
            duplicates: number;
            conflicts: number;
            rejected: number;
            /** @description Conflicts and refusals without a line here, because the lines were not read as fast as they were written */
            unlisted: number;
            problem?: components["schemas"]["Problem"];
        };
        /** @description Why the upload ended before its end. Send on from line `lines` + 1 */
        Problem: {
            /** @example urn:crmbet:problem:not_found */
            type: string;
            title: string;
            status: number;
            code: components["schemas"]["ErrorCode"];
            detail?: string;
            errors?: {
                pointer: string;
                detail: string;
            }[];
            requestId: string;
        };
        /**
         * @description Stable; branch on this. New ones may be added
         * @example not_found
         * @enum {string}
         */
        ErrorCode: ("body_not_json" | "content_encoding_broken" | "cursor_invalid" | "request_invalid" | "key_missing" | "key_invalid" | "session_invalid" | "key_in_browser" | "scope_missing" | "origin_refused" | "not_found" | "method_not_allowed" | "event_conflict" | "name_taken" | "model_not_ready" | "output_missing" | "model_in_use" | "drift_unknown" | "version_in_use" | "version_not_earlier" | "job_finished" | "idempotency_in_progress" | "request_timeout" | "body_too_large" | "content_encoding_unsupported" | "content_type_unsupported" | "batch_too_large" | "event_invalid" | "dead_letter_incomplete" | "event_too_late" | "type_not_allowed" | "rule_invalid" | "too_few_players" | "model_file_invalid" | "idempotency_key_reused" | "internal" | "overloaded" | "store_unavailable") | (string & Record<never, never>);
        PlayerRegisteredEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "player.registered";
            data: {
                country?: string;
                language?: string;
                /** @description ISO 4217 */
                currency?: string;
                timeZone?: string;
                email?: string;
                name?: string;
                birthDate?: string;
                region?: string;
                vipLevel?: string;
                affiliate?: string;
                marketingConsent?: boolean;
            };
        };
        PlayerUpdatedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "player.updated";
            data: {
                country?: string;
                language?: string;
                /** @description ISO 4217 */
                currency?: string;
                timeZone?: string;
                email?: string;
                name?: string;
                birthDate?: string;
                region?: string;
                vipLevel?: string;
                affiliate?: string;
                marketingConsent?: boolean;
            };
        };
        SessionStartedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "session.started";
            data: {
                sessionId: string;
                /** @enum {string} */
                device?: "desktop" | "mobile" | "tablet" | "app";
            };
        };
        SessionEndedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "session.ended";
            data: {
                sessionId: string;
                durationSeconds: number;
            };
        };
        DepositApprovedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "deposit.approved";
            data: {
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                method?: string;
                depositId?: string;
            };
        };
        DepositFailedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "deposit.failed";
            data: {
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                method?: string;
                reason?: string;
            };
        };
        WithdrawalRequestedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "withdrawal.requested";
            data: {
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                method?: string;
                withdrawalId?: string;
            };
        };
        WithdrawalApprovedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "withdrawal.approved";
            data: {
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                method?: string;
                withdrawalId?: string;
            };
        };
        WithdrawalCancelledEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "withdrawal.cancelled";
            data: {
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                method?: string;
                withdrawalId?: string;
            };
        };
        BetPlacedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "bet.placed";
            data: {
                betId: string;
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                stake: number | string;
                /** @description ISO 4217 */
                currency: string;
                sport?: string;
                competition?: string;
                fixture?: string;
                market?: string;
                selections?: number;
                odds?: string;
                live?: boolean;
                bonus?: boolean;
            };
        };
        BetSettledEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "bet.settled";
            data: {
                betId: string;
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                stake: number | string;
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                payout: number | string;
                /** @description ISO 4217 */
                currency: string;
                sport?: string;
                /** @enum {string} */
                outcome: "won" | "lost" | "void" | "cashed_out";
                bonus?: boolean;
            };
        };
        CasinoRoundEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "casino.round";
            data: {
                roundId?: string;
                game: string;
                /** @enum {string} */
                gameType?: "slots" | "live" | "table" | "crash" | "other";
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                stake: number | string;
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                payout: number | string;
                /** @description ISO 4217 */
                currency: string;
                bonus?: boolean;
                rounds?: number;
            };
        };
        BonusGrantedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "bonus.granted";
            data: {
                bonusId: string;
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                /** @enum {string} */
                kind?: "free_bet" | "deposit_match" | "free_spins" | "cashback";
            };
        };
        BonusConvertedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "bonus.converted";
            data: {
                bonusId: string;
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                /** @enum {string} */
                kind?: "free_bet" | "deposit_match" | "free_spins" | "cashback";
            };
        };
        BonusExpiredEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "bonus.expired";
            data: {
                bonusId: string;
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount: number | string;
                /** @description ISO 4217 */
                currency: string;
                /** @enum {string} */
                kind?: "free_bet" | "deposit_match" | "free_spins" | "cashback";
            };
        };
        MessageSentEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "message.sent";
            data: {
                messageId: string;
                /** @enum {string} */
                channel: "email" | "sms" | "push" | "in_app";
                campaign?: string;
            };
        };
        MessageDeliveredEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "message.delivered";
            data: {
                messageId: string;
                /** @enum {string} */
                channel: "email" | "sms" | "push" | "in_app";
                campaign?: string;
            };
        };
        MessageOpenedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "message.opened";
            data: {
                messageId: string;
                /** @enum {string} */
                channel: "email" | "sms" | "push" | "in_app";
                campaign?: string;
            };
        };
        MessageClickedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "message.clicked";
            data: {
                messageId: string;
                /** @enum {string} */
                channel: "email" | "sms" | "push" | "in_app";
                campaign?: string;
            };
        };
        MessageBouncedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "message.bounced";
            data: {
                messageId: string;
                /** @enum {string} */
                channel: "email" | "sms" | "push" | "in_app";
                campaign?: string;
            };
        };
        RestrictionSetEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "restriction.set";
            data: {
                /** @enum {string} */
                restriction: "self_exclusion" | "time_out" | "limit" | "underage" | "court_order" | "regulator";
                /**
                 * @description Whose restriction it is; operator where left out. Each scope is set and lifted by itself
                 * @enum {string}
                 */
                scope?: "operator" | "centralised" | "national";
                /**
                 * @description RFC 3339 with a zone
                 * @example 2026-05-05T14:03:00Z
                 */
                endsAt?: string;
                source?: string;
            };
        };
        RestrictionLiftedEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "restriction.lifted";
            data: {
                /** @enum {string} */
                restriction: "self_exclusion" | "time_out" | "limit" | "underage" | "court_order" | "regulator";
                /**
                 * @description Whose restriction it is; operator where left out. Each scope is set and lifted by itself
                 * @enum {string}
                 */
                scope?: "operator" | "centralised" | "national";
            };
        };
        LimitSetEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "limit.set";
            data: {
                /** @enum {string} */
                kind: "deposit" | "loss" | "stake" | "time" | "bets";
                /** @enum {string} */
                period: "day" | "week" | "month";
                /** @description Minor units of the currency: a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits */
                amount?: number | string;
                /** @description ISO 4217 */
                currency?: string;
                minutes?: number;
                count?: number;
            };
        };
        ConsentSetEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            /** @enum {string} */
            type: "consent.set";
            data: {
                /** @enum {string} */
                product: "sports" | "casino" | "all";
                /** @enum {string} */
                channel: "email" | "sms" | "push" | "in_app" | "phone" | "all";
                /** @enum {string} */
                purpose: "marketing";
                granted: boolean;
            };
        };
        CustomEvent: {
            /** @description Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own. */
            id: string;
            /** @description The operator's own id of the player */
            player: string;
            /**
             * @description RFC 3339 with a zone
             * @example 2026-05-05T14:03:00Z
             */
            time: string;
            brand?: string;
            /** @description Writes state without triggering any action */
            replay?: boolean;
            type: string;
            data: {
                [key: string]: unknown;
            };
        };
        EventBatch: {
            events: components["schemas"]["Event"][];
            /** @description Writes state without triggering any action */
            replay?: boolean;
        };
        /** @description A built-in event with typed data, or a custom one */
        Event: components["schemas"]["PlayerRegisteredEvent"] | components["schemas"]["PlayerUpdatedEvent"] | components["schemas"]["SessionStartedEvent"] | components["schemas"]["SessionEndedEvent"] | components["schemas"]["DepositApprovedEvent"] | components["schemas"]["DepositFailedEvent"] | components["schemas"]["WithdrawalRequestedEvent"] | components["schemas"]["WithdrawalApprovedEvent"] | components["schemas"]["WithdrawalCancelledEvent"] | components["schemas"]["BetPlacedEvent"] | components["schemas"]["BetSettledEvent"] | components["schemas"]["CasinoRoundEvent"] | components["schemas"]["BonusGrantedEvent"] | components["schemas"]["BonusConvertedEvent"] | components["schemas"]["BonusExpiredEvent"] | components["schemas"]["MessageSentEvent"] | components["schemas"]["MessageDeliveredEvent"] | components["schemas"]["MessageOpenedEvent"] | components["schemas"]["MessageClickedEvent"] | components["schemas"]["MessageBouncedEvent"] | components["schemas"]["RestrictionSetEvent"] | components["schemas"]["RestrictionLiftedEvent"] | components["schemas"]["LimitSetEvent"] | components["schemas"]["ConsentSetEvent"] | components["schemas"]["CustomEvent"];
        DeadLetterPage: {
            data: components["schemas"]["DeadLetterSummary"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        DeadLetterSummary: {
            /** Format: uuid */
            id: string;
            /**
             * @description rejected: no event that we take. conflict: its id is taken by an event with another body.
             * @enum {string}
             */
            kind: "rejected" | "conflict";
            /**
             * @description Why, as the answer said it
             * @example event_invalid
             */
            code: string;
            errors: {
                pointer: string;
                detail: string;
            }[];
            /**
             * @description Who sent it: a secret key, or a publishable one
             * @enum {string}
             */
            source: "server" | "browser";
            /**
             * @description How it came in, the first time
             * @enum {string}
             */
            channel: "api" | "ndjson" | "kafka" | "rabbitmq" | "import";
            /** @description The id of the event, where it could be read */
            eventId: string | null;
            /** @description The same of its type */
            type: string | null;
            /** @description The same of its player */
            player: string | null;
            /** @description Whether its batch said `replay` */
            replay: boolean;
            /** @description It was too large or nested too deep: only its beginning was kept */
            truncated: boolean;
            /** @description Of a conflict: 64 bits of its body, and of the one that is stored under its id */
            hashes: {
                sent: string;
                stored: string | null;
            } | null;
            /** @description How often the same was sent */
            seen: number;
            /** @description How often it was sent again from here */
            attempts: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            receivedAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            lastSeenAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            lastAttemptAt: string | null;
        };
        ReplayedLetters: {
            accepted: number;
            duplicates: number;
            conflicts: number;
            rejected: number;
            /** @description One a letter, oldest first */
            results: components["schemas"]["ReplayedLetter"][];
            /** @description Null when all that matched were tried */
            nextCursor: string | null;
        };
        ReplayedLetter: {
            /**
             * Format: uuid
             * @description Of the letter. It is gone when the event was accepted or a duplicate.
             */
            id: string;
            /** @description The id of the event, where it could be read */
            eventId: string | null;
            /**
             * @description What became of the event, in the words of POST /v1/events
             * @enum {string}
             */
            status: "accepted" | "duplicate" | "conflict" | "rejected";
            code?: string;
            errors?: {
                pointer: string;
                detail: string;
            }[];
        };
        DeadLettersToReplay: {
            /** @enum {string} */
            kind?: "rejected" | "conflict";
            code?: string;
            /** @description The type of the event */
            type?: string;
            /** @enum {string} */
            channel?: "api" | "ndjson" | "kafka" | "rabbitmq" | "import";
            /**
             * Format: date-time
             * @description Only what was sent at this time or later
             * @example 2026-05-05T14:03:00.000Z
             */
            since?: string;
            /** @default 1000 */
            limit: number;
            /** @description The `nextCursor` of the call before: goes on behind what that one tried */
            cursor?: string;
        };
        DeadLetter: {
            /** Format: uuid */
            id: string;
            /**
             * @description rejected: no event that we take. conflict: its id is taken by an event with another body.
             * @enum {string}
             */
            kind: "rejected" | "conflict";
            /**
             * @description Why, as the answer said it
             * @example event_invalid
             */
            code: string;
            errors: {
                pointer: string;
                detail: string;
            }[];
            /**
             * @description Who sent it: a secret key, or a publishable one
             * @enum {string}
             */
            source: "server" | "browser";
            /**
             * @description How it came in, the first time
             * @enum {string}
             */
            channel: "api" | "ndjson" | "kafka" | "rabbitmq" | "import";
            /** @description The id of the event, where it could be read */
            eventId: string | null;
            /** @description The same of its type */
            type: string | null;
            /** @description The same of its player */
            player: string | null;
            /** @description Whether its batch said `replay` */
            replay: boolean;
            /** @description It was too large or nested too deep: only its beginning was kept */
            truncated: boolean;
            /** @description Of a conflict: 64 bits of its body, and of the one that is stored under its id */
            hashes: {
                sent: string;
                stored: string | null;
            } | null;
            /** @description How often the same was sent */
            seen: number;
            /** @description How often it was sent again from here */
            attempts: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            receivedAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            lastSeenAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            lastAttemptAt: string | null;
            /** @description The item as it came; its beginning as text where it is truncated */
            event?: unknown;
        };
        DeadLetterCorrection: {
            /** @description Sent in place of what was kept, and checked like any event. Without it, what was kept is sent. */
            event?: Record<string, never>;
        };
        PlayerPage: {
            data: components["schemas"]["PlayerSummary"][];
            /** @description Null on the last page */
            nextCursor: string | null;
            /** @description With count=true: how many match in all */
            total?: number;
        };
        PlayerSummary: {
            /**
             * @description The operator's own id of the player
             * @example p-1042
             */
            id: string;
            /** @description Of the earliest event that names one */
            brand: string | null;
            country: string | null;
            vipLevel: string | null;
            /** @description The currency of the player's account; null until the first money event */
            currency: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            registeredAt: string | null;
            /**
             * Format: date-time
             * @description The last thing that the player did; what is done to a player, such as a message or a settled bet, does not count
             * @example 2026-05-05T14:03:00.000Z
             */
            lastActiveAt: string | null;
            deposits: {
                /** @description In all currencies */
                count: number;
                money: components["schemas"]["Money"];
            };
            turnover: components["schemas"]["Money"];
            ggr: components["schemas"]["Money"];
            /** @description A restriction is in force now */
            restricted: boolean;
            cluster: components["schemas"]["ClusterPlace"];
            /** @description Ids of the segments that the player is in */
            segments: string[];
        };
        /** @description What of it is in the account's currency */
        Money: {
            /**
             * @description Whole minor units, as digits: exact beyond 2^53
             * @example 250031563
             */
            amount: string;
            /**
             * @description ISO 4217
             * @example BRL
             */
            currency: string;
        };
        /** @description What the clustering that was trained last says of the player, as in `scores`; where it was put by the training of the served version until it has said something. Null where there is neither */
        ClusterPlace: {
            /** Format: uuid */
            model: string;
            modelName: string;
            /** @description Index of the cluster in the model, from 0; −1 where the player is in none */
            cluster: number;
        } | null;
        Player: {
            /**
             * @description The operator's own id of the player
             * @example p-1042
             */
            id: string;
            /** @description Of the earliest event that names one */
            brand: string | null;
            country: string | null;
            vipLevel: string | null;
            /** @description The currency of the player's account; null until the first money event */
            currency: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            registeredAt: string | null;
            /**
             * Format: date-time
             * @description The last thing that the player did; what is done to a player, such as a message or a settled bet, does not count
             * @example 2026-05-05T14:03:00.000Z
             */
            lastActiveAt: string | null;
            deposits: {
                /** @description In all currencies */
                count: number;
                money: components["schemas"]["Money"];
            };
            turnover: components["schemas"]["Money"];
            ggr: components["schemas"]["Money"];
            /** @description A restriction is in force now */
            restricted: boolean;
            cluster: components["schemas"]["ClusterPlace"];
            /** @description Profile fields, each as last said by the time of its event */
            profile: {
                [key: string]: unknown;
            };
            /** @description In force now */
            restrictions: components["schemas"]["Restriction"][];
            withdrawals: {
                /** @description In all currencies */
                count: number;
                money: components["schemas"]["Money"];
            };
            bonuses: {
                /** @description In all currencies */
                count: number;
                money: components["schemas"]["Money"];
            };
            ngr: components["schemas"]["Money"] & unknown;
            /** @description By feature id (see /v1/features). Counts are of all currencies; money is in minor units of the account's currency, and leaves out what moved in others. Null where undefined. Features of models are those that have a value */
            features: {
                [key: string]: number | null;
            };
            /** @description What each model last said of the player */
            scores: components["schemas"]["PlayerScore"][];
            segments: {
                /** Format: uuid */
                id: string;
                name: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-05-05T14:03:00.000Z
                 */
                enteredAt: string;
            }[];
        };
        Restriction: {
            /** @enum {string} */
            restriction: "self_exclusion" | "time_out" | "limit" | "underage" | "court_order" | "regulator";
            /** @enum {string} */
            scope: "operator" | "centralised" | "national";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            endsAt: string | null;
        };
        PlayerScore: {
            /** Format: uuid */
            model: string;
            modelName: string;
            /** @description The version that said it */
            version: number;
            outputs: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            scoredAt: string;
        };
        EventPage: {
            data: components["schemas"]["StoredEvent"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        StoredEvent: {
            id: string;
            /**
             * @description Who reported it: a server, or a browser with a pk_ key. Each has a space of ids of its own
             * @enum {string}
             */
            source: "server" | "browser";
            type: string;
            /**
             * @description The operator's own id of the player
             * @example p-1042
             */
            player: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            time: string;
            brand: string | null;
            data: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            receivedAt: string;
        };
        PlayerDays: {
            data: components["schemas"]["PlayerDay"][];
        };
        PlayerDay: {
            /**
             * @description In the tenant's time zone
             * @example 2026-05-05
             */
            day: string;
            currency: string;
            /** @description Minor units, as digits */
            deposits: string;
            withdrawals: string;
            turnover: string;
            ggr: string;
            /** @description Bets placed and casino rounds */
            wagers: number;
            sessions: number;
        };
        SegmentPage: {
            data: components["schemas"]["Segment"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        Segment: {
            /** Format: uuid */
            id: string;
            name: string;
            description: string | null;
            /** @enum {string} */
            kind: "rule";
            rule: components["schemas"]["Rule"];
            /** @description Members now */
            size: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Last recompute over all players
             * @example 2026-05-05T14:03:00.000Z
             */
            evaluatedAt: string | null;
        };
        Rule: components["schemas"]["FeatureCondition"] | components["schemas"]["AttributeCondition"] | components["schemas"]["RestrictedCondition"] | {
            all: components["schemas"]["Rule"][];
        } | {
            any: components["schemas"]["Rule"][];
        } | {
            not: components["schemas"]["Rule"];
        };
        /** @description Money in minor units of the account currency */
        FeatureCondition: {
            feature: components["schemas"]["FeatureId"] | components["schemas"]["ModelFeatureId"];
            /** @enum {string} */
            op: "eq" | "ne" | "gt" | "gte" | "lt" | "lte";
            value: number;
        };
        /**
         * @description A feature id of /v1/features
         * @example deposits_amount_30d
         * @enum {string}
         */
        FeatureId: ("deposits_count_7d" | "deposits_count_30d" | "deposits_count_90d" | "deposits_count_lifetime" | "deposits_amount_7d" | "deposits_amount_30d" | "deposits_amount_90d" | "deposits_amount_lifetime" | "deposits_failed_count_7d" | "deposits_failed_count_30d" | "deposits_failed_share_30d" | "deposits_failed_share_90d" | "average_deposit_90d" | "deposit_days_30d" | "deposit_days_90d" | "most_deposits_in_a_day_30d" | "most_deposits_in_a_day_90d" | "largest_deposit_day_30d" | "largest_deposit_day_90d" | "deposit_burst_days_30d" | "deposit_burst_days_90d" | "deposits_per_session_30d" | "deposits_per_session_90d" | "deposit_variability_90d" | "deposits_trend_90d" | "withdrawals_count_30d" | "withdrawals_count_lifetime" | "withdrawals_amount_30d" | "withdrawals_amount_lifetime" | "withdrawals_cancelled_count_30d" | "withdrawals_cancelled_count_90d" | "withdrawals_cancelled_share_90d" | "net_deposits_30d" | "net_deposits_90d" | "net_deposits_lifetime" | "turnover_7d" | "turnover_30d" | "turnover_90d" | "turnover_lifetime" | "payouts_30d" | "payouts_90d" | "payouts_lifetime" | "ggr_7d" | "ggr_30d" | "ggr_90d" | "ggr_lifetime" | "sports_ggr_30d" | "sports_ggr_90d" | "casino_ggr_30d" | "casino_ggr_90d" | "ngr_30d" | "ngr_90d" | "ngr_lifetime" | "loss_share_30d" | "loss_share_90d" | "loss_share_lifetime" | "average_stake_30d" | "average_stake_90d" | "average_bet_stake_30d" | "average_bet_stake_90d" | "average_round_stake_30d" | "average_round_stake_90d" | "turnover_trend_30d" | "turnover_trend_90d" | "average_stake_trend_90d" | "bonuses_amount_30d" | "bonuses_amount_lifetime" | "bonus_share_30d" | "bonus_share_90d" | "bonus_stake_share_30d" | "bonus_stake_share_90d" | "bonus_conversion_share_90d" | "bonus_conversion_share_lifetime" | "bets_count_7d" | "bets_count_30d" | "bets_count_90d" | "casino_rounds_7d" | "casino_rounds_30d" | "casino_rounds_90d" | "sports_turnover_30d" | "sports_turnover_90d" | "casino_turnover_30d" | "casino_turnover_90d" | "casino_share_30d" | "casino_share_90d" | "live_bets_share_30d" | "live_bets_share_90d" | "slots_share_30d" | "slots_share_90d" | "live_casino_share_30d" | "live_casino_share_90d" | "products_played_30d" | "products_played_90d" | "cashout_share_30d" | "cashout_share_90d" | "night_share_30d" | "night_share_90d" | "weekend_share_30d" | "weekend_share_90d" | "active_days_7d" | "active_days_30d" | "active_days_90d" | "active_days_trend_90d" | "wager_days_7d" | "wager_days_30d" | "wager_days_90d" | "casino_days_30d" | "casino_days_90d" | "wager_span_90d" | "wager_frequency_90d" | "sessions_count_7d" | "sessions_count_30d" | "sessions_count_90d" | "session_minutes_30d" | "session_minutes_90d" | "average_session_minutes_30d" | "average_session_minutes_90d" | "longest_day_minutes_30d" | "longest_day_minutes_90d" | "sessions_per_active_day_30d" | "sessions_per_active_day_90d" | "days_since_registration" | "days_since_first_deposit" | "days_since_last_activity" | "days_since_last_session" | "days_since_last_deposit" | "days_since_last_wager" | "days_to_first_deposit" | "wagers_per_day_30d" | "wagers_per_day_90d" | "casino_rounds_per_day_30d" | "casino_rounds_per_day_90d" | "live_bets_per_day_30d" | "live_bets_per_day_90d" | "stake_per_day_30d" | "stake_per_day_90d" | "loss_per_day_30d" | "loss_per_day_90d" | "most_wagers_in_a_day_30d" | "most_wagers_in_a_day_90d" | "largest_stake_day_30d" | "largest_stake_day_90d" | "largest_loss_day_30d" | "largest_loss_day_90d" | "stake_deviation_30d" | "stake_deviation_90d" | "stake_variability_30d" | "stake_variability_90d" | "stake_slope_30d" | "stake_slope_90d" | "losing_days_30d" | "losing_days_90d" | "losing_days_share_30d" | "losing_days_share_90d" | "chase_deposit_days_30d" | "chase_deposit_days_90d" | "chase_deposit_share_90d" | "chase_stake_days_30d" | "chase_stake_days_90d" | "chase_stake_share_90d" | "redeposit_loss_days_30d" | "redeposit_loss_days_90d" | "return_after_loss_share_90d" | "return_after_win_share_90d" | "limits_set_count_30d" | "limits_set_count_90d" | "limits_set_count_lifetime" | "messages_sent_30d" | "messages_opened_30d" | "messages_opened_share_30d" | "messages_opened_share_90d") | (string & Record<never, never>);
        /**
         * @description model:<id of a model>:<name of an output>, as /v1/features lists them
         * @example model:0192f0c1-2d3e-7abc-8def-0123456789ab:cluster
         */
        ModelFeatureId: string;
        AttributeCondition: {
            /** @enum {string} */
            attribute: "brand" | "country" | "currency" | "language" | "vipLevel";
            /** @enum {string} */
            op: "in" | "not_in";
            values: string[];
        };
        /** @description Whether any restriction is in force */
        RestrictedCondition: {
            restricted: boolean;
        };
        NewSegment: {
            name: string;
            description?: string;
            rule: components["schemas"]["Rule"];
        };
        SegmentMemberPage: {
            data: components["schemas"]["SegmentMember"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        SegmentMember: {
            /**
             * @description The operator's own id of the player
             * @example p-1042
             */
            player: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            enteredAt: string;
        };
        FeatureList: {
            data: components["schemas"]["Feature"][];
        };
        Feature: {
            id: string;
            /**
             * @description Money is in minor units of the account's currency, and leaves out what moved in others; counts are of all currencies; a share is a part of a whole, 0.25 for 25 %; a ratio compares two like things, 1 where they are alike; a label is the number of a group, and a score is more where it is more, both of models
             * @enum {string}
             */
            unit: "money" | "count" | "share" | "ratio" | "days" | "minutes" | "label" | "score";
            /** @enum {string} */
            window: "7d" | "30d" | "90d" | "lifetime" | "now";
            definition: string;
            /** @description Raised whenever the same events may give another value than before */
            version: number;
            /** @description Where the measure comes from, when it is one of the literature's */
            source: string | null;
            model: components["schemas"]["ModelOfFeature"];
        };
        /** @description Of what a model says: which version answers now. Null in the catalogue */
        ModelOfFeature: {
            /** Format: uuid */
            id: string;
            version: number;
            output: string;
        } | null;
        ModelPage: {
            data: components["schemas"]["Model"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        Model: {
            /** Format: uuid */
            id: string;
            name: string;
            purpose: components["schemas"]["ModelPurpose"];
            /** @description The version that is served; null until a first one is ready */
            activeVersion: number | null;
            /** @description The version that the rest is of: the active one, else the newest */
            version: number;
            experiment: components["schemas"]["ModelExperiment"];
            features: string[];
            algorithm: components["schemas"]["ModelAlgorithm"];
            /**
             * @description The algorithm's own
             * @example {
             *       "k": 6
             *     }
             */
            parameters: {
                [key: string]: unknown;
            };
            seed: number;
            /** @enum {string} */
            state: "training" | "ready" | "failed" | "cancelled";
            /**
             * Format: uuid
             * @description The job that trains it, or that took it in; see /v1/jobs/{id}
             */
            job: string;
            /** @description Players it was trained on */
            players: number | null;
            /**
             * @description How good it is, by name, validation among it
             * @example {
             *       "inertia": 8123.5,
             *       "iterations": 17,
             *       "converged": true
             *     }
             */
            metrics: {
                [key: string]: unknown;
            } | null;
            /**
             * @description What it was trained on
             * @example relaxed
             */
            device: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            trainedAt: string | null;
        };
        /**
         * @description What the model is for
         * @enum {string}
         */
        ModelPurpose: "clusters" | "value" | "churn" | "propensity" | "rfm" | "label" | "custom";
        /** @description Two versions at once, where that is tried */
        ModelExperiment: {
            /** @description A version that is ready and not the active one */
            challenger: number;
            /**
             * @description Of the players, those that the challenger answers for
             * @example 0.1
             */
            share: number;
        } | null;
        /**
         * @description `onnx` is a model that was brought, all others are trained here
         * @enum {string}
         */
        ModelAlgorithm: "kmeans" | "mini_batch_kmeans" | "dbscan" | "hdbscan" | "rfm" | "customer_value" | "logistic" | "boosted_trees" | "onnx";
        /** @description An algorithm with its parameters, and what it is trained on */
        NewModel: {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /**
             * @default kmeans
             * @enum {string}
             */
            algorithm: "kmeans";
            /** @description Number of clusters */
            k: number;
        } | {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /** @enum {string} */
            algorithm: "mini_batch_kmeans";
            /** @description Number of clusters */
            k: number;
            /** @default 4096 */
            batchSize: number;
        } | {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /** @enum {string} */
            algorithm: "dbscan";
            /** @description Radius of a neighbourhood, in scaled space: 1 is a standard deviation of a feature */
            eps: number;
            /** @default 5 */
            minPoints: number;
        } | {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /** @enum {string} */
            algorithm: "hdbscan";
            /** @default 50 */
            minClusterSize: number;
            /** @description `minClusterSize`, at most 1000, where left out */
            minSamples?: number;
        } | {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /** @enum {string} */
            algorithm: "rfm";
            /** @default 5 */
            quantiles: number;
        } | {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /** @enum {string} */
            algorithm: "customer_value";
            /**
             * @description Days ahead that the value is of
             * @default 90
             */
            horizonDays: number;
        } | {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /** @enum {string} */
            algorithm: "logistic";
            target: components["schemas"]["Target"];
            /**
             * @description Strength of the ridge penalty
             * @default 1
             */
            l2: number;
        } | {
            name: string;
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /**
             * @description The same data, parameters and seed give the same model
             * @default 1
             */
            seed: number;
            /** @enum {string} */
            algorithm: "boosted_trees";
            target: components["schemas"]["Target"];
            /** @default 200 */
            trees: number;
            /** @default 4 */
            depth: number;
            /** @default 0.1 */
            learningRate: number;
        };
        Target: components["schemas"]["ChurnTarget"] | components["schemas"]["PropensityTarget"] | components["schemas"]["LabelTarget"];
        /** @description The player does nothing for so many days */
        ChurnTarget: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "churn";
            /**
             * @description Days after the day of the features in which the answer is looked for
             * @default 30
             */
            horizonDays: number;
        };
        /** @description The player does something at least so often */
        PropensityTarget: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "propensity";
            /**
             * @description What is counted
             * @example deposits_count
             * @enum {string}
             */
            counter: "events_count" | "activities_count" | "deposits_count" | "deposits_failed_count" | "withdrawals_requested_count" | "withdrawals_count" | "withdrawals_cancelled_count" | "bets_count" | "live_bets_count" | "cashouts_count" | "casino_rounds" | "bonuses_granted_count" | "sessions_count" | "session_seconds" | "night_wagers" | "weekend_wagers" | "messages_sent" | "messages_opened" | "limits_set_count";
            /** @default 1 */
            atLeast: number;
            /**
             * @description Days after the day of the features in which the answer is looked for
             * @default 30
             */
            horizonDays: number;
        };
        /** @description The player is a member of a segment, which is the own label */
        LabelTarget: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "label";
            /** Format: uuid */
            segment: string;
        };
        ModelVersion: {
            /** Format: uuid */
            model: string;
            /** @description From 1; never given twice */
            version: number;
            /**
             * @description Whether it is served, and to whom; null where it is not
             * @enum {string|null}
             */
            role: "active" | "challenger" | null;
            features: {
                id: string;
                /** @description Of its definition; see /v1/features */
                version: number;
            }[];
            algorithm: components["schemas"]["ModelAlgorithm"];
            /**
             * @description The algorithm's own
             * @example {
             *       "k": 6
             *     }
             */
            parameters: {
                [key: string]: unknown;
            };
            seed: number;
            /** @enum {string} */
            state: "training" | "ready" | "failed" | "cancelled";
            /**
             * Format: uuid
             * @description The job that trains it, or that took it in; see /v1/jobs/{id}
             */
            job: string;
            /** @description Players it was trained on */
            players: number | null;
            /**
             * @description How good it is, by name, validation among it
             * @example {
             *       "inertia": 8123.5,
             *       "iterations": 17,
             *       "converged": true
             *     }
             */
            metrics: {
                [key: string]: unknown;
            } | null;
            /**
             * @description What it was trained on
             * @example relaxed
             */
            device: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            trainedAt: string | null;
            lineage: components["schemas"]["ModelLineage"];
            /** @description Of a model that was brought: what its owner says of it */
            manifest: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description When it was promoted last; null where never, or where it was rolled back from since
             * @example 2026-05-05T14:03:00.000Z
             */
            promotedAt: string | null;
        };
        /** @description Enough to train it again and get the same */
        ModelLineage: {
            /** @enum {number} */
            version: 1;
            model: string | null;
            /** @description Version of @crmbet/engine */
            engine: string;
            data: {
                /** @description sha256: and the digest of the matrix, as the engine describes it */
                digest: string;
                rows: number;
            };
            /** @description Of those rows, which may be several of a player */
            players: number;
            /**
             * Format: date
             * @description Day in the tenant's zone that the features are of
             */
            asOf: string;
            features: {
                name: string;
                version: string | null;
            }[];
            parameters: {
                [key: string]: unknown;
            };
            seed: number | null;
            device: string | null;
            metrics: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            fittedAt: string | null;
        } | null;
        NewModelImport: {
            /** @description Of a new model */
            name?: string;
            /**
             * Format: uuid
             * @description In its place: the model that this is another version of
             */
            model?: string;
            /**
             * @description What the file does not say of itself: as `OnnxManifest` of @crmbet/engine describes it
             * @example {
             *       "version": 1,
             *       "name": "Churn, from our data team",
             *       "features": [
             *         {
             *           "name": "days_since_last_activity",
             *           "version": "1"
             *         }
             *       ],
             *       "input": "features",
             *       "output": "probability",
             *       "meaning": "probability",
             *       "column": "churn"
             *     }
             */
            manifest: {
                [key: string]: unknown;
            };
            /** @description The .onnx file as base64; up to 8388608 bytes */
            file: string;
        };
        Job: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "train_model" | "score_players" | "import_model";
            /** @enum {string} */
            state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
            /** @description 0 to 1 */
            progress: number;
            /**
             * @description What it is doing now
             * @example clustering
             */
            step: string | null;
            /** @description Why it failed: too_few_players, too_few_labels, label_unusable, features_unusable, job_abandoned, internal, or a code of the engine */
            code: string | null;
            detail: string | null;
            /** Format: uuid */
            model: string | null;
            /** @description Of the model, where it trains one */
            version: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            finishedAt: string | null;
        };
        ClusterList: {
            data: components["schemas"]["Cluster"][];
        };
        Cluster: {
            index: number;
            size: number;
            /** @description Of all players of the model, 0 to 1 */
            share: number;
            /** @description What sets it apart, strongest first */
            traits: components["schemas"]["ClusterTrait"][];
            features: {
                feature: string;
                /** @description Null where no member has a value */
                mean: number | null;
                median: number | null;
                overallMean: number | null;
                effect: number;
            }[];
        };
        ClusterTrait: {
            feature: string;
            /** @enum {string} */
            direction: "high" | "low";
            /**
             * @description Cohen's words: medium from 0.5, large from 0.8
             * @enum {string}
             */
            strength: "medium" | "large";
            /** @description Standardised mean difference against everybody else (Cohen's d) */
            effect: number;
        };
        ClusterPoints: {
            data: components["schemas"]["ClusterPoint"][];
        };
        ClusterPoint: {
            /**
             * @description The operator's own id of the player
             * @example p-1042
             */
            player: string;
            x: number;
            y: number;
            cluster: number;
        };
        ModelVersionPage: {
            data: components["schemas"]["ModelVersion"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        /** @description Left out: the algorithm with its parameters, the features and the seed are those of the version that the model shows */
        NewModelVersion: {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /**
             * @default unchanged
             * @enum {string}
             */
            algorithm: "unchanged";
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "kmeans";
            /** @description Number of clusters */
            k: number;
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "mini_batch_kmeans";
            /** @description Number of clusters */
            k: number;
            /** @default 4096 */
            batchSize: number;
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "dbscan";
            /** @description Radius of a neighbourhood, in scaled space: 1 is a standard deviation of a feature */
            eps: number;
            /** @default 5 */
            minPoints: number;
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "hdbscan";
            /** @default 50 */
            minClusterSize: number;
            /** @description `minClusterSize`, at most 1000, where left out */
            minSamples?: number;
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "rfm";
            /** @default 5 */
            quantiles: number;
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "customer_value";
            /**
             * @description Days ahead that the value is of
             * @default 90
             */
            horizonDays: number;
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "logistic";
            target: components["schemas"]["Target"];
            /**
             * @description Strength of the ridge penalty
             * @default 1
             */
            l2: number;
        } | {
            /** @description Feature ids; a good set for the algorithm where left out */
            features?: components["schemas"]["FeatureId"][];
            /** @description The same data, parameters and seed give the same model */
            seed?: number;
            /** @enum {string} */
            algorithm: "boosted_trees";
            target: components["schemas"]["Target"];
            /** @default 200 */
            trees: number;
            /** @default 4 */
            depth: number;
            /** @default 0.1 */
            learningRate: number;
        };
        /** @description How far features and answers have moved from those that the version was trained on */
        ModelDrift: {
            /** @description From 1; never given twice */
            version: number;
            /** @description Players that were looked at, as they are now */
            players: number;
            /**
             * @description The worst of all
             * @enum {string}
             */
            level: "stable" | "moderate" | "major";
            features: components["schemas"]["ColumnDrift"][];
            outputs: components["schemas"]["ColumnDrift"][];
        };
        ColumnDrift: {
            name: string;
            /** @enum {string} */
            kind: "number" | "label";
            /** @description Population stability index, 0 or more */
            psi: number;
            /** @description What chance alone stays below in 95 of 100 comparisons of so many players */
            chance: number;
            /** @enum {string} */
            level: "stable" | "moderate" | "major";
            /** @description 0 to 1 */
            missingBefore: number;
            /** @description 0 to 1 */
            missingAfter: number;
            bins: {
                upTo: number | null;
                label: number | null;
                /** @description 0 to 1 */
                before: number;
                /** @description 0 to 1 */
                after: number;
            }[];
        };
        ModelComparison: {
            base: {
                /** @description From 1; never given twice */
                version: number;
                algorithm: components["schemas"]["ModelAlgorithm"];
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-05-05T14:03:00.000Z
                 */
                trainedAt: string | null;
            };
            other: {
                /** @description From 1; never given twice */
                version: number;
                algorithm: components["schemas"]["ModelAlgorithm"];
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-05-05T14:03:00.000Z
                 */
                trainedAt: string | null;
            };
            /** @description Players that both were asked about, as they are now */
            players: number;
            /** @description Of the outputs that both give */
            outputs: {
                name: string;
                /** @enum {string} */
                kind: "label" | "probability" | "amount" | "count" | "score";
                /** @description Of labels: 1 where both group alike, about 0 where by chance */
                adjustedRandIndex: number | null;
                /** @description Of labels: share of players with the same one, each cluster under its best match */
                agreement: number | null;
                /** @description Pearson's; null where one of them is constant */
                correlation: number | null;
                meanAbsoluteDifference: number | null;
                /** @description Of numbers: population stability index of the other against the base */
                stabilityIndex: number | null;
            }[];
            /** @description Side by side; null where a version has no such number */
            metrics: {
                name: string;
                base: number | null;
                other: number | null;
            }[];
        };
        Kpis: {
            /** @description Players known, in all */
            players: number;
            /** @description Players who did something themselves in the range */
            activePlayers: number;
            /** @description Players with a restriction in force now */
            restrictedPlayers: number;
            /** @description Events of days in the range */
            events: number;
            currencies: {
                currency: string;
                /** @description Players with money in this currency in the range */
                players: number;
                depositors: number;
                deposits: {
                    count: number;
                    /** @description Minor units, as digits */
                    amount: string;
                };
                withdrawals: {
                    count: number;
                    /** @description Minor units, as digits */
                    amount: string;
                };
                /** @description Minor units, as digits */
                turnover: string;
                /** @description Minor units, as digits */
                ggr: string;
                /** @description Minor units, as digits */
                ngr: string;
            }[];
            /** @description With series=true: one a day and currency, oldest first */
            days: {
                day: string;
                currency: string;
                /** @description Players who moved money in this currency themselves */
                activePlayers: number;
                /** @description Minor units, as digits */
                deposits: string;
                /** @description Minor units, as digits */
                turnover: string;
                /** @description Minor units, as digits */
                ggr: string;
            }[];
        };
        Session: {
            token: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             * @example 2026-05-05T14:03:00.000Z
             */
            expiresAt: string;
        };
        NewSession: {
            /** @description The operator's own id of the member of staff */
            user: string;
            scopes: ("players:read" | "segments:read" | "segments:write" | "models:read" | "models:write" | "reports:read" | "stream:read")[];
            /**
             * Format: uri
             * @description The origin of the page that embeds the widget; calls from another are refused
             * @example https://backoffice.example.com
             */
            origin: string;
        };
        /** @description On the wire the event name stands in the `event:` line and only `data` is JSON. `stream.reset` says that messages may be missing before it. */
        StreamMessage: {
            /** @enum {string} */
            event: "player.event";
            data: {
                id: string;
                type: string;
                /**
                 * @description The operator's own id of the player
                 * @example p-1042
                 */
                player: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-05-05T14:03:00.000Z
                 */
                time: string;
                brand: string | null;
                data: {
                    [key: string]: unknown;
                };
            };
        } | {
            /** @enum {string} */
            event: "segment.entered";
            data: {
                segment: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                /**
                 * @description The operator's own id of the player
                 * @example p-1042
                 */
                player: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-05-05T14:03:00.000Z
                 */
                at: string;
            };
        } | {
            /** @enum {string} */
            event: "segment.left";
            data: {
                segment: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                };
                /**
                 * @description The operator's own id of the player
                 * @example p-1042
                 */
                player: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 * @example 2026-05-05T14:03:00.000Z
                 */
                at: string;
            };
        } | {
            /** @enum {string} */
            event: "job.updated";
            data: components["schemas"]["Job"];
        } | {
            /** @enum {string} */
            event: "stream.reset";
            data: Record<string, never>;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    sendEvents: {
        parameters: {
            query?: {
                /** @description Of application/x-ndjson: writes state without triggering any action */
                replay?: "true" | "false";
                /** @description Of application/x-ndjson: which lines are answered one by one. problems (the default): conflicts and refusals. all: every one, and then the answer has to be read while the body is sent. */
                results?: "problems" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlayerRegisteredEvent"] | components["schemas"]["PlayerUpdatedEvent"] | components["schemas"]["SessionStartedEvent"] | components["schemas"]["SessionEndedEvent"] | components["schemas"]["DepositApprovedEvent"] | components["schemas"]["DepositFailedEvent"] | components["schemas"]["WithdrawalRequestedEvent"] | components["schemas"]["WithdrawalApprovedEvent"] | components["schemas"]["WithdrawalCancelledEvent"] | components["schemas"]["BetPlacedEvent"] | components["schemas"]["BetSettledEvent"] | components["schemas"]["CasinoRoundEvent"] | components["schemas"]["BonusGrantedEvent"] | components["schemas"]["BonusConvertedEvent"] | components["schemas"]["BonusExpiredEvent"] | components["schemas"]["MessageSentEvent"] | components["schemas"]["MessageDeliveredEvent"] | components["schemas"]["MessageOpenedEvent"] | components["schemas"]["MessageClickedEvent"] | components["schemas"]["MessageBouncedEvent"] | components["schemas"]["RestrictionSetEvent"] | components["schemas"]["RestrictionLiftedEvent"] | components["schemas"]["LimitSetEvent"] | components["schemas"]["ConsentSetEvent"] | components["schemas"]["CustomEvent"] | components["schemas"]["EventBatch"];
                "application/x-ndjson": components["schemas"]["Event"];
            };
        };
        responses: {
            /** @description What became of each event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendEventsResult"];
                    "application/x-ndjson": components["schemas"]["UploadLine"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description event_conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description batch_too_large, event_invalid, event_too_late, type_not_allowed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                kind?: "rejected" | "conflict";
                code?: string;
                /** @description The type of the event */
                type?: string;
                channel?: "api" | "ndjson" | "kafka" | "rabbitmq" | "import";
                /** @description Only what was sent at this time or later */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description request_invalid, cursor_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description The first answer is replayed for the same key and body, for a day */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeadLettersToReplay"];
            };
        };
        responses: {
            /** @description What became of each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedLetters"];
                };
            };
            /** @description request_invalid, cursor_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The letter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Discarded */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description The first answer is replayed for the same key and body, for a day */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeadLetterCorrection"];
            };
        };
        responses: {
            /** @description What became of the event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedLetter"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description dead_letter_incomplete, idempotency_key_reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlayers: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description Start of the player id */
                q?: string;
                /** @description Only members of this segment */
                segment?: string;
                /** @description Only players whose `cluster` is this one; −1: those whom the clustering that was trained last puts in none */
                cluster?: number | null;
                brand?: string;
                /** @description Largest or latest first */
                sort?: "lastActive" | "deposits" | "turnover" | "ggr";
                /** @description Also count all that match */
                count?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of players */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlayerPage"];
                };
            };
            /** @description request_invalid, cursor_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlayer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator's own id of the player */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The player as of now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Player"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlayerEvents: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                type?: string;
            };
            header?: never;
            path: {
                /** @description The operator's own id of the player */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description request_invalid, cursor_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlayerDays: {
        parameters: {
            query?: {
                days?: number;
            };
            header?: never;
            path: {
                /** @description The operator's own id of the player */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Days with activity */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlayerDays"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSegments: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of segments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentPage"];
                };
            };
            /** @description request_invalid, cursor_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The first answer is replayed for the same key and body, for a day */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSegment"];
            };
        };
        responses: {
            /** @description The segment, filled */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Segment"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description name_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rule_invalid, idempotency_key_reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSegment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The segment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Segment"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSegment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSegmentMembers: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentMemberPage"];
                };
            };
            /** @description request_invalid, cursor_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFeatures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All features */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureList"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFeatureColumns: {
        parameters: {
            query: {
                /** @description 1 to 64 feature ids of /v1/features, with commas between them */
                features: string;
                /** @description Only members of this segment */
                segment?: string;
                /** @description float64, or float32 at half the size */
                precision?: "double" | "single";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An Arrow IPC stream */
            200: {
                headers: {
                    /** @description Everything stored by then is in it */
                    "x-as-of": string;
                    /** @description How many rows follow, or nearly */
                    "x-row-count": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.arrow.stream": string;
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
                /** @description What the model is for */
                purpose?: components["schemas"]["ModelPurpose"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of models */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelPage"];
                };
            };
            /** @description request_invalid, cursor_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The first answer is replayed for the same key and body, for a day */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewModel"];
            };
        };
        responses: {
            /** @description The model; its job tells the progress */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description name_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The first answer is replayed for the same key and body, for a day */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewModelImport"];
            };
        };
        responses: {
            /** @description The version that it has become */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description name_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_file_invalid, idempotency_key_reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_in_use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    scoreModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listClusters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Largest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterList"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listClusterPoints: {
        parameters: {
            query?: {
                /** @description A repeatable sample of at most so many */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Points */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterPoints"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listModelVersions: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionPage"];
                };
            };
            /** @description request_invalid, cursor_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trainModelVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description The first answer is replayed for the same key and body, for a day */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewModelVersion"];
            };
        };
        responses: {
            /** @description The version; its job tells the progress */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description version_in_use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelDrift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Column by column */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelDrift"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready, drift_unknown */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_few_players */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelOnnx: {
        parameters: {
            query?: never;
            header?: {
                "if-none-match"?: string;
            };
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The caller has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promoteModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready, output_missing */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rollBackModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The first answer is replayed for the same key and body, for a day */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description version_not_earlier, output_missing, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_key_reused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compareModelVersions: {
        parameters: {
            query: {
                base: number;
                other: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How alike they answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelComparison"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginModelExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelExperiment"];
            };
        };
        responses: {
            /** @description The model */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description model_not_ready, output_missing */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endModelExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no experiment */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job, cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description job_finished */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKpis: {
        parameters: {
            query?: {
                /** @description First day, in the tenant's time zone; all time where left out */
                from?: string;
                /** @description Last day, included */
                to?: string;
                series?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sums over the range */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Kpis"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSession"];
            };
        };
        responses: {
            /** @description The token, for a widget */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description request_invalid, body_not_json, content_encoding_broken */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description content_type_unsupported, content_encoding_unsupported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openStream: {
        parameters: {
            query?: {
                /** @description Only this player */
                player?: string;
            };
            header?: {
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An endless stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["StreamMessage"];
                };
            };
            /** @description request_invalid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_missing, key_invalid, session_invalid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description scope_missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
