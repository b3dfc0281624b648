/** Read-only questions to AWS: repeated while it is busy, in pages, and within a time. */

import { asUserError, ExitCode, UserError } from "../../base/errors.ts";
import { isText, type JsonObject, objectOf } from "../../base/untrusted-json.ts";
import { note } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure, type Call, callAws } from "./call.ts";

/** Nothing but the time is between the words: it never throws for what AWS or its CLI refuses. */
export interface AwsReader {
  ask(call: Question): Promise<JsonObject | UserError>;
  /** All items of a list; `at` gets how many there are so far. */
  list(call: Question, name: string, at?: (done: number) => void): Promise<JsonObject[] | UserError>;
}

/** No answer is worth keeping if it is not complete, so a question has no input and no seed. */
export type Question = Pick<Call, "operation" | "isLong">;

/** Milliseconds for all questions about one account. */
export const TOTAL = 15 * 60_000;
const CALL = 60_000;
/** Milliseconds to wait before each further attempt. */
const BUSY_PAUSES = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
const NETWORK_PAUSES = [1000, 4000];
/** So many that a page stays below the limit of the CLI's output, with the longest names. */
const PAGE = 100;
/** 5,000 users are the most that an account can have, and an organization can have 10,000 accounts. */
const MOST_PAGES = 200;

/** `keys` are of one account: where one may not ask, the next one is tried. */
export function awsReader(
  keys: readonly AwsCliOptions[],
  deadline: number,
  needs: Needs<"aws" | "clock" | "stderr">,
): AwsReader {
  let wasBusy = false;

  async function ask(call: Question): Promise<JsonObject | UserError> {
    let refusal: UserError = new UserError("no keys", ExitCode.failed);
    for (const cli of keys) {
      const answer = await repeated(call, cli);
      if (!(answer instanceof UserError)) return answer;
      refusal = answer;
    }
    return refusal;
  }

  async function repeated(call: Question, cli: AwsCliOptions): Promise<JsonObject | UserError> {
    for (let attempt = 0; ; attempt++) {
      const left = deadline - needs.clock.now();
      if (left <= 0) return new UserError(`${TOTAL / 60_000} minutes were not enough`, ExitCode.failed);
      const answer = await once(call, { ...cli, patience: Math.min(CALL, left) });
      const pause = answer instanceof AwsFailure ? pausesFor(answer)[attempt] : undefined;
      if (pause === undefined) return answer;
      if (!wasBusy) note(needs, "AWS is busy, or limits how often it can be asked; trying again for a while");
      wasBusy = true;
      await needs.clock.sleep(pause);
    }
  }

  async function once(call: Question, cli: AwsCliOptions): Promise<JsonObject | UserError> {
    try {
      const { answer } = await callAws(call, cli, {}, needs);
      return objectOf(answer) ?? unexpected(call);
    } catch (error) {
      const refusal = asUserError(error);
      if (refusal.exitCode === ExitCode.interrupted) throw refusal;
      return refusal;
    }
  }

  async function list(
    call: Question,
    name: string,
    at: (done: number) => void = () => {},
  ): Promise<JsonObject[] | UserError> {
    const items: JsonObject[] = [];
    let more: readonly string[] = [];
    for (let page = 0; page < MOST_PAGES; page++) {
      const operation: Call["operation"] = [...call.operation, `--max-items=${PAGE}`, ...more];
      const answer = await ask({ ...call, operation });
      if (answer instanceof UserError) return answer;
      const { [name]: found, NextToken: token } = answer;
      if (!Array.isArray(found)) return unexpected(call);
      for (const one of found) {
        const item = objectOf(one);
        if (item === undefined) return unexpected(call);
        items.push(item);
      }
      at(items.length);
      if (token === undefined || token === null) return items;
      if (!isText(token) || !TOKEN.test(token)) return unexpected(call);
      more = [`--starting-token=${token}`];
    }
    return new UserError(`AWS returned more than ${MOST_PAGES} pages`, ExitCode.failed);
  }

  return { ask, list };
}

/** What the CLI makes of AWS's own; anything else could be read as a file's name. */
const TOKEN = /^[\w+/=.-]{1,8192}$/;

function pausesFor({ fault: { kind } }: AwsFailure): readonly number[] {
  if (kind === "busy") return BUSY_PAUSES;
  return kind === "network" ? NETWORK_PAUSES : [];
}

function unexpected({ operation: [service, operation] }: Question): UserError {
  return new UserError(
    `"aws ${service} ${operation}" returned something else than AWS documents`,
    ExitCode.unreadable,
  );
}
