import type { Modules } from "./matrix.ts";

/** Four light modules on each side (ISO/IEC 18004, section 9.1), for pictures. */
const QUIET = 4;

export function withQuietZone(modules: Modules): Modules {
  const side = modules.length + 2 * QUIET;
  return Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (_, column) => modules[row - QUIET]?.[column - QUIET] ?? false),
  );
}
