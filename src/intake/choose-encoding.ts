/** A key that can be read in two ways: only its codes tell which is right, so the user decides. */
import { usageError } from "../base/errors.ts";
import { codeOf, stepAt } from "../otp/one-time-code.ts";
import { isInteractive, note } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { FoundEnrollment } from "./found.ts";
import { type ParameterOptions, withParameters } from "./parameters.ts";

/** Without a terminal, several ways are a UserError (exit 2) that names --encoding. */
export async function chooseEncoding(
  found: FoundEnrollment,
  options: ParameterOptions & { encoding?: string },
  needs: Needs<"stdout" | "stderr" | "terminal" | "clock">,
): Promise<FoundEnrollment> {
  const { readings: [first, ...others] = [], ...plain } = found;
  if (first === undefined) return found;
  if (others.length === 0) {
    if (first.encoding !== "base32" && options.encoding === undefined)
      note(
        needs,
        `read the key as ${first.encoding}; if its codes are wrong, say how to read it: --encoding`,
      );
    return plain;
  }
  const readings = [first, ...others];
  const names = readings.map(({ encoding }) => encoding);
  const terminal = isInteractive(needs) ? needs.terminal() : undefined;
  if (terminal === undefined)
    throw usageError(
      `the key can be read as ${names.join(" and as ")}, and these make different codes`,
      `say which it is: ${names.map((name) => `--encoding ${name}`).join(" or ")}`,
    );
  const now = needs.clock.now();
  const lines = readings.map(({ encoding, secret }, i) => {
    const { otp } = withParameters({ ...plain, secret }, options);
    const code = codeOf(secret, otp, otp.type === "hotp" ? otp.counter : stepAt(otp, now));
    return `  ${i + 1}  ${code}  ${encoding}\n`;
  });
  terminal.print(`The key can be read in ${readings.length} ways, with these codes now:\n${lines.join("")}`);
  const answer = await terminal.ask("Which code does the service, or another device, show? (a number): ");
  const chosen = /^\d+$/.test(answer) ? readings[Number(answer) - 1] : undefined;
  if (chosen === undefined) throw usageError("not one of the choices; nothing was added");
  return { ...plain, secret: chosen.secret };
}
