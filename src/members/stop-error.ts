/** What a person is told where the members' list needs a decision (exit 9): what was found, and the ways to go on. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { Pin, Standing, Stop } from "./accept.ts";
import type { ReadEntry } from "./entry.ts";
import { wordsOf } from "./words.ts";

const READING = "the seeds can be read, but nothing is sealed or pushed until this is decided";
const FOLLOW = "twinseed store follow WORDS";

/** `stop` of a standing, as an error. */
export async function stopError({ stop, path, checked }: Standing): Promise<UserError> {
  const newest = path.at(-1);
  const { message, hints } =
    stop === undefined ? await unchecked(newest, checked) : await explain(stop, newest);
  return new UserError(message, ExitCode.undecided, [...hints, READING]);
}

async function explain(
  stop: Stop,
  newest: ReadEntry | undefined,
): Promise<{ message: string; hints: string[] }> {
  if (stop.why === "two-lists")
    return {
      message: `there are two lists of members: ${await nameOf(stop.known)}; and ${await nameOf(stop.found)}`,
      hints: [`ask the other members which words they see (twinseed store), and enter those: ${FOLLOW}`],
    };
  if (stop.why === "older")
    return {
      message:
        `the list of members here is older than the one that was seen before: ` +
        `${newest === undefined ? "there is none" : await nameOf(newest)}, not entry ${stop.known.number} (${await wordsOf(stop.known.hash)})`,
      hints: [
        "get the newer one: twinseed sync",
        ...(newest === undefined ? [] : [`or, if the members agreed to go back to this one: ${FOLLOW}`]),
      ],
    };
  if (stop.why === "other-store")
    return {
      message: `the data folder holds another store than before${newest === undefined ? "" : `: ${await nameOf(newest)}`}`,
      hints: [`if that is right, enter the words of the store: ${FOLLOW}`],
    };
  if (stop.why === "awaited")
    return {
      message:
        "the list of members with the words that you gave has not arrived" +
        (newest === undefined ? "" : `; here is ${await nameOf(newest)}`),
      hints: ["fetch it: twinseed sync", "compare the words with those of another member: twinseed store"],
    };
  return {
    message: `this computer does not know the store's members yet${newest === undefined ? "" : `; here is ${await nameOf(newest)}`}`,
    hints: [
      `ask a member for the store's words (twinseed store), and enter them: ${FOLLOW}`,
      "in scripts: set TWINSEED_STORE_WORDS",
      "to become a member: twinseed sync --join",
    ],
  };
}

/** Entries that members signed, and whose MACs need a data key that is not open here. */
async function unchecked(
  newest: ReadEntry | undefined,
  checked: ReadEntry | undefined,
): Promise<{ message: string; hints: string[] }> {
  const [last, before] = [newest && (await nameOf(newest)), checked && (await nameOf(checked))];
  return {
    message: `the list of members was changed (${last}), and your key can't tell whether that is genuine: it does not open the data key of ${before}`,
    hints: [`ask the other members which words they see (twinseed store), and enter those: ${FOLLOW}`],
  };
}

/** Entry 4 by alice/laptop, with its words. */
async function nameOf(known: ReadEntry | Pin): Promise<string> {
  const words = await wordsOf(known.hash);
  if (!("entry" in known)) return `entry ${known.number}, seen before (${words})`;
  return `entry ${known.entry.number} by ${known.entry.by} (${words})`;
}
