/** From package.json; build.mjs inserts both. */
declare const TWINSEED_VERSION: string | undefined;
declare const TWINSEED_BUGS: string | undefined;

export const VERSION = typeof TWINSEED_VERSION === "string" ? TWINSEED_VERSION : "0.0.0-source";

/** Where to report what is wrong. */
export const BUGS = typeof TWINSEED_BUGS === "string" ? TWINSEED_BUGS : "the project's issues";
