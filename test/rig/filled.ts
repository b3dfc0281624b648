/** A home on disk with one of everything. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { randomFrom } from "../helpers/parallel.ts";
import { type Inside, inside } from "./inside.ts";
import type { Known, Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import { readView, type View } from "./view.ts";

export const ENV = { TWINSEED_STORE: "file", TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64") };

export interface Filled {
  readonly data: string;
  readonly here: Inside;
  readonly view: View;
  readonly tools: Tools;
  /** A counter-based account, a removed one, and one that is neither. */
  readonly counting: Known;
  readonly removed: Known;
  readonly plain: Known;
}

export async function filledHome(folder: string, age: Tools["age"] = NO_AGE): Promise<Filled> {
  const data = join(folder, "data");
  mkdirSync(folder, { recursive: true });
  let names = 0;
  const tools: Tools = { random: randomFrom(1), folder, age, fresh: (kind) => `${kind}-${++names}` };
  const here = inside(data, ENV);
  const counting = operations.newEnrollment(tools, {
    type: "hotp",
    algorithm: "SHA1",
    digits: 9,
    counter: 3,
  });
  const others = [1, 2, 3, 4].map(() => operations.newEnrollment(tools));
  await requireSuccess(here, operations.add([counting, ...others]));
  await requireSuccess(here, operations.addDevice(tools));
  const before = await readView(here, fail);
  const [gone] = before.here.filter(({ name }) => name === others[3]?.label);
  if (gone === undefined) throw new Error("the account to remove is not there");
  await requireSuccess(here, operations.remove(gone));
  const view = await readView(here, fail);
  const find = (name: string | undefined): Known => {
    const found = [...view.here, ...view.removed].find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} is not there`);
    return found;
  };
  return {
    data,
    here,
    view,
    tools,
    counting: find(counting.label),
    removed: find(gone.name),
    plain: find(others[0]?.label),
  };
}

const NO_AGE = { recipient: "", identityFile: "" };

async function requireSuccess(here: Inside, { args, stdin }: operations.Operation): Promise<void> {
  const { exitCode, stderr } = await here.run(args, stdin);
  if (exitCode !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
}

function fail(problem: string): never {
  throw new Error(problem);
}
