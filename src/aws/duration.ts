/** How long AWS lets a session last. Pure. */

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, "": 1 };

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** STS: GetSessionToken and AssumeRole. Keys of the root user get at most an hour, and a role at most what it allows. */
export const SESSION: Range = { least: 900, most: 129_600 };
export const ROLE: Range = { least: 900, most: 43_200 };
export const USUAL_SESSION = 43_200;

/** "12h", "90m", "900s" or "900" as seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d{1,6})([smh]?)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
