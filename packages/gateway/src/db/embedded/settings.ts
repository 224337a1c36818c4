import { totalmem } from 'node:os';

const mebibyte = 1024 * 1024;

/**
 * The server's settings, given on its command line, so that a new release brings new ones.
 * @param memory bytes that this machine (or container) has
 */
export function serverSettings(port: number, memory: number = availableMemory()): Record<string, string> {
  const shared = Math.min(512, Math.max(64, Math.floor(memory / mebibyte / 8)));
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    cluster_name: 'crmbet',
    // An acknowledged event is on disk: never to be traded for speed.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    // Bulk loads: few, spread checkpoints.
    shared_buffers: `${shared}MB`,
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    wal_buffers: '16MB',
    maintenance_work_mem: '128MB',
    work_mem: '16MB',
    // SSDs are the rule, and short queries: compiling them costs more than it saves.
    random_page_cost: '1.1',
    jit: 'off',
    // Sixteen processes of one gateway, and a few commands beside them.
    max_connections: '200',
    // Statements and details hold players' data, which has no place in a log.
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
  };
}

/** What a container may use is less than what its machine has. */
function availableMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}
