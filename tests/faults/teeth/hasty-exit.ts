/** Loaded before a gateway: SIGTERM ends it at once, whatever is being answered. */
process.on('SIGTERM', () => process.exit(0));
