/** The version of this build; build.mjs inserts it. */
declare const TWINSEED_VERSION: string | undefined;

export const VERSION = typeof TWINSEED_VERSION === "string" ? TWINSEED_VERSION : "0.0.0-source";
