/** An account, a device or a file that a command line names twice is one: no seed is shown twice, and nothing is counted twice. */
import { describe, expect, it } from "vitest";
import { pathOf } from "../../src/cli/shown-commands.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, github } from "../helpers/accounts.ts";
import { everyCommand } from "../helpers/every-command.ts";
import { testCli } from "../helpers/test-cli.ts";

const URI = formatOtpauthUri(aws);

async function run(command: string, answers?: readonly string[]) {
  const cli = testCli({
    accounts: [github],
    files: { "a.txt": `${URI}\n` },
  });
  await cli.run(command.startsWith("device remove") ? "qr github --device phone" : "device add phone");
  const { exitCode, stdout, stderr, pictures } = await cli.run(
    command,
    answers === undefined ? {} : { answers },
  );
  const seen = { exitCode, stdout, stderr, pictures: pictures.length, files: [...cli.files.keys()] };
  return { ...seen, list: (await cli.run("list --json")).stdout };
}

const ACCOUNTS = ["github", "github GitHub:octocat"] as const;
const DEVICES = ["--device phone", "--device phone --device Phone"] as const;
const RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
const FILES = ["a.txt", "a.txt a.txt"] as const;

/** By command: what comes before the names and after them. */
const LINES = [
  ["qr", "", ACCOUNTS, ""],
  ["qr", "", ACCOUNTS, "--google"],
  ["qr", "", ACCOUNTS, "--output x.svg"],
  ["qr", "github", DEVICES, ""],
  ["qr", "github --google", DEVICES, ""],
  ["export", "uris --plaintext --accounts", ACCOUNTS, ""],
  ["backup create", `x.age --recipient ${RECIPIENT} --account`, ACCOUNTS, ""],
  ["sheet", "", ACCOUNTS, "--output x.html"],
  ["device push", "yubikey", ACCOUNTS, ""],
  ["device remove", "phone", ACCOUNTS, "--mistake"],
  ["device check", "phone", FILES, ""],
  ["add", "", [URI, `${URI} ${URI}`], ""],
  ["import", "", FILES, "--yes --delete-file"],
] as const;

/** What takes several of something that is not ours, or runs until it is interrupted. */
const OTHERS = ["help", "watch", "store follow", /^aws /];

describe("named twice is named once:", () => {
  it.each(LINES)("%s %s %s %s", async (command, before, [once, twice], after) => {
    const wanted = await run(`${command} ${before} ${once} ${after}`);
    expect(wanted).toMatchObject({ exitCode: command === "device check" ? 8 : 0 }); // 8: an account is not on the phone
    expect(await run(`${command} ${before} ${twice} ${after}`)).toEqual(wanted);
  });

  it.each(LINES.slice(0, 5))("%s %s %s %s, at a terminal", async (command, before, [once, twice], after) => {
    const answers = ["", "", ""];
    const wanted = await run(`${command} ${before} ${once} ${after}`, answers);
    expect(await run(`${command} ${before} ${twice} ${after}`, answers)).toEqual(wanted);
  });

  it("no command that takes several is missing here", async () => {
    const several = (await everyCommand()).filter(
      ({ registeredArguments, options }) =>
        registeredArguments.some(({ variadic }) => variadic) || options.some(({ variadic }) => variadic),
    );
    const here = [...LINES.map(([command]) => command), ...OTHERS];
    const isHere = (path: string) =>
      here.some((one) => path === one || (one instanceof RegExp && one.test(path)));
    expect(several.map(pathOf).filter((path) => !isHere(path))).toEqual([]);
  });
});
