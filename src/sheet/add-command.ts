/** What to type so that `twinseed add` enrolls a key with the right parameters. */

import { DEFAULTS, defaultName, type Enrollment, type OtpParameters } from "../otp/enrollment.ts";
import { typedWord } from "./typed-words.ts";

const LONGEST = 100;

/**
 * Returns the bare command if the account is what `add` assumes, or else the command with all options that differ. If a shell
 * could misread a name, all names are left out: `add` then asks for them.
 */
export function addCommand(name: string, enrollment: Enrollment): string {
  const parameters = parameterOptions(enrollment.otp);
  if (parameters.length === 0) return "twinseed add";
  const { issuer, label } = enrollment;
  const ownName = name === defaultName(enrollment) ? "" : name;
  const texts = [
    ["--issuer", issuer],
    ["--label", label],
    ["--name", ownName],
  ].filter(([, value]) => value !== "");
  const words = texts.flatMap(([option, value = ""]) => {
    const word = value.length <= LONGEST ? typedWord(value) : undefined;
    return word === undefined ? [] : `${option} ${word}`;
  });
  return ["twinseed add", ...(words.length < texts.length ? [] : words), ...parameters].join(" ");
}

function parameterOptions(otp: OtpParameters): string[] {
  if (otp.type === "steam") return ["--type steam"];
  return [
    ...(otp.type === "hotp" ? ["--type hotp"] : []),
    ...(otp.algorithm === DEFAULTS.algorithm ? [] : [`--algorithm ${otp.algorithm}`]),
    ...(otp.digits === DEFAULTS.digits ? [] : [`--digits ${otp.digits}`]),
    ...(otp.type === "hotp"
      ? [`--counter ${otp.counter}`]
      : otp.period === DEFAULTS.period
        ? []
        : [`--period ${otp.period}`]),
  ];
}
