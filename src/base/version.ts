/** The first two are from package.json; the builds insert all three. */
declare const TWINSEED_VERSION: string | undefined;
declare const TWINSEED_BUGS: string | undefined;
declare const TWINSEED_STANDALONE: boolean | undefined;

export const VERSION = typeof TWINSEED_VERSION === "string" ? TWINSEED_VERSION : "0.0.0-source";

/** Where to report what is wrong. */
export const BUGS = typeof TWINSEED_BUGS === "string" ? TWINSEED_BUGS : "the project's issues";

/** Whether this is the executable that needs no Node.js. */
export const STANDALONE = typeof TWINSEED_STANDALONE === "boolean" && TWINSEED_STANDALONE;
